export { answersOf, type Directory } from './directory';
export { identityStore } from './identity-store';
export { identityCenterDirectory } from './kinds/identity-center';
export { lambdaDirectory } from './kinds/lambda';
export { listDirectory } from './kinds/list';
export { scimDirectory } from './kinds/scim';
