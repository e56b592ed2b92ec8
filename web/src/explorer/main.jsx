/** @jsxImportSource preact */
// The explorer: what is asked is answered by the API beside the page, and by nothing else.
import { render } from 'preact';
import { actionsOf } from './actions.js';
import { App } from './app.jsx';
import { Page } from './hooks.js';
import { createStore } from './store.js';
import './explorer.css';

const store = createStore();
const actions = actionsOf(store);
const page = document.getElementById('page');
page.textContent = '';
render(<Page.Provider value={{ store, actions }}><App /></Page.Provider>, page);
actions.start();
