// The tabs of a first visit: questions to the demo's facts where those are loaded, else to any graph.
import { url } from './api.js';
import { linked } from './link.js';
import welcome from './welcome.graphql?raw';

const examples = import.meta.glob('./examples/*.graphql', { query: '?raw', import: 'default', eager: true });
const demoProbe = '{ entity(ref: { id: "doc:putin-aliyev-talks" }) { id } }';

export async function firstTabs() {
  const queries = (await isDemo()) ? Object.values(examples) : [welcome];
  const link = linked();
  return [...(link ? [link] : []), ...queries.map((query) => ({ query }))];
}

async function isDemo() {
  try {
    const response = await fetch(`${url}?query=${encodeURIComponent(demoProbe)}`);
    return Boolean((await response.json()).data?.entity);
  } catch {
    return false; // GraphiQL tells what is wrong with the API.
  }
}
