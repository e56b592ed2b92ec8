// The licenses of what is bundled: a Vite plugin that notes the packages, and the text they ask to be kept.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const packages = new Set();

/** Notes every package of which a bundle holds a module. */
export const noted = () => ({
  name: 'licenses',
  generateBundle(_, bundle) {
    for (const { modules = {} } of Object.values(bundle)) {
      for (const id of Object.keys(modules)) {
        const root = /^(\/.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
        if (root) packages.add(root);
      }
    }
  },
});

/** The licenses of the packages noted, in order of their names. */
export function licenses() {
  const parts = [...packages].map((root) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const files = existsSync(root) ? readdirSync(root).filter((it) => /^(licen[cs]e|notice|third)/i.test(it)).sort() : [];
    const texts = files.map((it) => readFileSync(join(root, it), 'utf8').replace(/\r\n?/g, '\n').trim());
    return [`${name} ${version} (${license})`, ...texts].join('\n\n');
  });
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return ['The page that relata serves holds parts of these packages.', ...[...new Set(parts)].sort()].join(rule) + '\n';
}
