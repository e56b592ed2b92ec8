// The page: asks which tabs to open first while GraphiQL is on its way.
import { firstTabs } from './tabs.js';

const [{ show }, tabs] = await Promise.all([import('./graphiql.jsx'), firstTabs()]);
show(document.getElementById('page'), tabs);
