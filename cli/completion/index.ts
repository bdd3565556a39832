export { bashCompletion } from './bash';
export { completablesOf } from './completable';
export { fishCompletion } from './fish';
export { zshCompletion } from './zsh';
