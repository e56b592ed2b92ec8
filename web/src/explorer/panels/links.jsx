/** @jsxImportSource preact */
// A relationship and its evidence; of several parallel ones first the list.
import { useMemo, useState } from 'preact/hooks';
import { boardOf } from '../actions.js';
import { validity } from '../dates.js';
import { useAsk, usePage } from '../hooks.js';
import * as queries from '../queries.js';
import { sources } from '../sentences.js';
import { count, relationWords, valueText } from '../words.js';
import { Failure, Modality, Properties, ShowGraphQL, Waiting } from './parts.jsx';

const LIST_MAX = 200;

export function LinksPanel({ links }) {
  const [chosen, setChosen] = useState(links.length === 1 ? links[0].id : null);
  const link = links.find((it) => it.id === chosen);
  if (!link) return <LinkList links={links} onChoose={setChosen} />;
  return (
    <>
      {links.length > 1 && <p><button type="button" class="link" onClick={() => setChosen(null)}>← all {links.length.toLocaleString('en')}</button></p>}
      <LinkDetails key={link.id} link={link} />
    </>
  );
}

function LinkList({ links, onChoose }) {
  const { state } = usePage();
  const names = boardOf(state).entities;
  const ends = links[0];
  const newest = [...links].sort((a, b) => (b.validFrom ?? '').localeCompare(a.validFrom ?? ''));
  return (
    <>
      <header class="head">
        <p class="muted">{count(links.length, 'relationship')} between</p>
        <h2><bdi>{names.get(ends.source)?.name}</bdi> and <bdi>{names.get(ends.target)?.name}</bdi></h2>
      </header>
      <ul class="list">
        {newest.slice(0, LIST_MAX).map((it) => (
          <li key={it.id}>
            <button type="button" onClick={() => onChoose(it.id)}>
              <span><span class="arrow" aria-hidden="true">{it.source === ends.source ? '→' : '←'}</span> {relationWords(it.type)} <span class="muted">{validity(it)}</span></span>
              <span class="muted small">{Object.values(it.properties).map(valueText).filter(Boolean).join(' · ')}</span>
              <span class="small">{it.modality !== 'ASSERTED' && <Modality modality={it.modality} />}{it.disputed && <span class="badge disputed">disputed</span>} <span class="muted">{sources(it)}</span></span>
            </button>
          </li>
        ))}
      </ul>
      {newest.length > LIST_MAX && <p class="muted">The newest {LIST_MAX} of {newest.length.toLocaleString('en')}; the table has them all.</p>}
    </>
  );
}

function LinkDetails({ link }) {
  const requests = useMemo(() => [queries.evidence(link.id)], [link.id]);
  const { answers, error, retry } = useAsk(requests);
  const { state, actions } = usePage();
  const names = boardOf(state).entities;
  const end = (id) => <button type="button" class="link" onClick={() => actions.select('entity', [id])}><bdi>{names.get(id)?.name ?? id}</bdi></button>;
  return (
    <>
      <header class="head">
        <h2 class="statement">{end(link.source)} <em>{relationWords(link.type)}</em> {end(link.target)}</h2>
        <p class="row">
          <Modality modality={link.modality} />
          {link.disputed && <span class="badge disputed">disputed</span>}
          {link.mentions === 0 && <span class="badge unsourced">no source</span>}
          {validity(link) && <span>{validity(link)}</span>}
          {link.confidence !== null && <span class="muted">confidence {link.confidence}</span>}
        </p>
      </header>
      <Properties values={link.properties} />
      <section aria-label="Evidence">
        <h3>Evidence <span class="muted">{sources(link)}</span></h3>
        {error && <Failure error={error} retry={retry} requests={requests} />}
        {!error && !answers && <Waiting what="Reading the evidence" />}
        {answers && <EvidenceList relationship={answers[0].relationship} />}
      </section>
      <p><ShowGraphQL requests={requests} /></p>
    </>
  );
}

function EvidenceList({ relationship }) {
  if (!relationship) return <p class="failure" role="alert">This relationship is there no more.</p>;
  const { nodes, totalCount } = relationship.evidence;
  if (totalCount === 0) return <p class="muted">Nobody is recorded as having said so.</p>;
  return (
    <>
      <ol class="evidence">{nodes.map((it) => <Statement key={it.id} evidence={it} />)}</ol>
      {totalCount > nodes.length && <p class="muted">{nodes.length} of {totalCount.toLocaleString('en')}.</p>}
      <p class="muted small">Recorded {relationship.recordedAt.slice(0, 10)}{relationship.retractedAt && `, retracted ${relationship.retractedAt.slice(0, 10)}`}.</p>
    </>
  );
}

function Statement({ evidence: it }) {
  const { actions } = usePage();
  const name = (entity) => <button type="button" class="link" title="Put it on the board" onClick={() => actions.place({ ...entity, aliases: entity.aliases ?? [] })}><bdi>{entity.name}</bdi></button>;
  return (
    <li class={it.stance === 'CONTRADICTS' ? 'against' : ''}>
      <p class="row"><Modality modality={it.modality} />{it.stance === 'CONTRADICTS' && <span class="badge disputed">contradicts</span>}{it.confidence !== null && <span class="muted small">confidence {it.confidence}</span>}</p>
      {it.quote && <blockquote><bdi>“{it.quote}”</bdi></blockquote>}
      {it.summary && <p><bdi>{it.summary}</bdi></p>}
      <dl class="properties">
        {it.statedBy && [<dt key="by">said by</dt>, <dd key="by:">{name(it.statedBy)}</dd>]}
        {it.citedSource && [<dt key="source">credited source</dt>, <dd key="source:">{name(it.citedSource)}</dd>]}
        <dt>read in</dt><dd>{name(it.document)}</dd>
        {it.statedAt && [<dt key="at">date</dt>, <dd key="at:">{it.statedAt}</dd>]}
        {it.locator && [<dt key="where">where</dt>, <dd key="where:">{it.locator}</dd>]}
        <dt>method</dt><dd>{it.method}</dd>
      </dl>
    </li>
  );
}
