// Where the API is: beside this page, also where a proxy has put both under a path of its own.
const base = new URL('.', document.baseURI);

export const url = new URL('graphql', base).href;
export const subscriptionUrl = url.replace(/^http/, 'ws');
