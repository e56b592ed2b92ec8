// Links to a view: the board by ids and places, the lens, the selection, packed into the fragment of the address.

const VERSION = 1;

/** What a link holds. */
export function viewOf({ board, lens, selection }) {
  const ids = [...board.entities.keys()];
  const index = new Map(ids.map((id, at) => [id, at]));
  return {
    version: VERSION,
    entities: ids.map((id) => {
      const { x, y } = board.places.get(id);
      return [id, Math.round(x), Math.round(y), index.get(board.parents.get(id)) ?? -1];
    }),
    relationships: [...board.relationships.keys()],
    lens,
    selection: selection && { kind: selection.kind, ids: selection.ids },
  };
}

/** The places and parents that a link holds, of entities that still are. */
export function placesOf(view, isThere) {
  const places = new Map();
  const parents = new Map();
  for (const [id, x, y, parent] of view.entities) {
    if (!isThere(id)) continue;
    places.set(id, { x, y });
    const name = view.entities[parent]?.[0];
    if (name !== undefined && isThere(name)) parents.set(id, name);
  }
  return { places, parents };
}

/** A view as the fragment of an address. */
export async function encode(view) {
  const packed = await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(JSON.stringify(view)));
  let binary = '';
  for (const byte of packed) binary += String.fromCharCode(byte);
  return `#v=${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/** The view of a fragment; null where it holds none. Fails on a fragment that was cut off. */
export async function decode(fragment) {
  const text = /^#v=([\w-]+)$/.exec(fragment)?.[1];
  if (!text) return null;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = await through(new DecompressionStream('deflate-raw'), Uint8Array.from(binary, (it) => it.charCodeAt(0)));
  return checked(JSON.parse(new TextDecoder().decode(bytes)));
}

/** A link may come from anyone: only what has the form of a view is one. */
function checked(view) {
  const isEntity = (it) => Array.isArray(it) && typeof it[0] === 'string' && it.slice(1, 4).every(Number.isFinite);
  const isText = (it) => typeof it === 'string';
  if (view?.version !== VERSION || !view.entities.every(isEntity) || !view.relationships.every(isText)) throw new Error('not a view');
  return view;
}

async function through(stream, bytes) {
  const output = new Response(stream.readable).arrayBuffer();
  const writer = stream.writable.getWriter();
  await Promise.all([writer.write(bytes).then(() => writer.close()), output]);
  return new Uint8Array(await output);
}
