// A plugin for GraphiQL that draws whatever graph an answer holds, and opens it in the explorer.
import { useEffect, useMemo, useState } from 'react';
import { useGraphiQL } from '@graphiql/react';
import { laidOut } from './explorer/board/arranged.js';
import { add, emptyBoard } from './explorer/board/board.js';
import { graphIn } from './explorer/extract.js';
import { svg } from './explorer/exports/svg.js';
import { openLens } from './explorer/lens.js';
import { encode, viewOf } from './explorer/link.js';
import { sceneOf } from './explorer/scene.js';
import { count } from './explorer/words.js';

/** More than can be read in a pane. */
const ENTITIES_MAX = 500;

export const drawingPlugin = { title: 'Drawing of the answer', icon: Icon, content: Drawing };

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <circle cx="5" cy="6" r="2.5" /><circle cx="18.500" cy="9" r="2.5" /><circle cx="9" cy="19" r="2.5" /><path d="M7.400 6.500 16 8.500M5.700 8.400 8.300 16.600M16.800 10.900 10.800 17.300" />
    </svg>
  );
}

function Drawing() {
  const answer = useAnswer();
  const isDark = useIsDark();
  const graph = useMemo(() => graphOf(answer), [answer]);
  const board = useMemo(() => graph && laidOut(add(emptyBoard, graph)), [graph]);
  const link = useLink(board);
  const picture = useMemo(() => board && pictureOf(board, isDark ? 'dark' : 'light'), [board, isDark]);
  if (!graph) return <Hint>Run a query: the entities and relationships of its answer are drawn here.</Hint>;
  if (graph.entities.length === 0) return <Hint>The answer holds no entity with an id and a name.</Hint>;
  if (graph.entities.length > ENTITIES_MAX) return <Hint>The answer holds {count(graph.entities.length, 'entity', 'entities')}, more than can be drawn here.</Hint>;
  const words = `${count(graph.entities.length, 'entity', 'entities')}, ${count(graph.relationships.length, 'relationship')}`;
  return (
    <section className="relata-drawing" aria-label="Drawing of the answer">
      <p>{words} {link && <a href={link} target="_blank" rel="noopener">Open in the explorer</a>}</p>
      <img src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture)}`} alt={`Drawing of ${words}`} />
    </section>
  );
}

const Hint = ({ children }) => <p className="relata-drawing">{children}</p>;

/** The text of the answer as it stands in GraphiQL. */
function useAnswer() {
  const editor = useGraphiQL((state) => state.responseEditor);
  const [text, setText] = useState('');
  useEffect(() => {
    if (!editor) return undefined;
    const read = () => setText(editor.getValue());
    read();
    const listeners = [editor.onDidChangeModelContent(read), editor.onDidChangeModel(read)];
    return () => listeners.forEach((it) => it.dispose());
  }, [editor]);
  return text;
}

function graphOf(text) {
  try {
    const answer = JSON.parse(text);
    return answer.data ? graphIn(answer) : null;
  } catch {
    return null; // nothing yet, or words instead of an answer
  }
}

function pictureOf(board, theme) {
  if (board.entities.size > ENTITIES_MAX) return '';
  const kinds = [...new Set([...board.entities.values()].map((it) => it.type))];
  return svg(sceneOf(board, openLens, { kinds, symmetric: new Set(), marked: null }), theme).text;
}

/** The address at which the explorer shows the same. */
function useLink(board) {
  const [link, setLink] = useState(null);
  useEffect(() => {
    let isLeft = false;
    setLink(null);
    if (!board) return undefined;
    const real = (part) => new Map([...part].filter(([, it]) => it.isReal));
    const known = { ...board, entities: real(board.entities), relationships: real(board.relationships) };
    if (known.entities.size === 0) return undefined;
    encode(viewOf({ board: known, lens: openLens, selection: null })).then((it) => { if (!isLeft) setLink(`./${it}`); });
    return () => { isLeft = true; };
  }, [board]);
  return link;
}

function useIsDark() {
  const theme = useGraphiQL((state) => state.theme);
  return theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}
