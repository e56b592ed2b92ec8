// Holds the verdicts that the corpus records against graphql-js.
import { getVariableValues, parse, specifiedRules, validate } from 'graphql';
import { DIFFERENCES, documents, files, SYNTAX, VARIABLES } from './corpus.js';
import { judge } from './judge.js';
import { relataSchema } from './schema.js';

const schema = relataSchema();
const rules = new Map(specifiedRules.map((it) => [it.name.replace(/Rule$/, ''), it]));
const faults = [];
let count = 0;

function hold({ file, verdict, why }, found) {
  count += 1;
  if (found.verdict !== verdict) faults.push(`${file}: ${why}: ${found.verdict} ${found.why}`);
}

function judgeVariables(text) {
  const document = parse(text);
  const given = JSON.parse(/^# (.*)/.exec(text)[1]);
  const why = validate(schema, document).map((it) => it.message);
  if (why.length) return { verdict: 'invalid', why };
  const { errors } = getVariableValues(schema, document.definitions[0].variableDefinitions, given);
  return { verdict: errors ? 'refused' : 'accepted', why: errors };
}

for (const name of rules.keys()) {
  if (!files().includes(name)) faults.push(`no documents for ${name}`);
}
for (const file of files()) {
  const rule = rules.get(file);
  if (!rule && ![SYNTAX, DIFFERENCES, VARIABLES].includes(file)) faults.push(`${file}.graphql is named after no rule`);
  for (const it of documents(file)) {
    if (it.here && ![DIFFERENCES, VARIABLES].includes(file)) faults.push(`${file}: ${it.why}: belongs among the differences`);
    hold(it, file === VARIABLES ? judgeVariables(it.text) : judge(schema, it.text));
    // An invalid document breaks the rule that its file is about.
    if (rule && it.verdict === 'invalid' && judge(schema, it.text, [rule]).verdict === 'valid') {
      faults.push(`${file}: ${it.why}: breaks only another rule`);
    }
  }
}
console.log(`${count} verdicts, ${faults.length} faults`);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length ? 1 : 0;
