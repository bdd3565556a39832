// Turns an ES module of node_modules into CommonJS, for Jest.
const { transformSync } = require('esbuild');

module.exports = { process: (source, sourcefile) => ({ code: transformSync(source, { format: 'cjs', target: 'node20', sourcefile }).code }) };
