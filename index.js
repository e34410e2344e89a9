/** What n8n loads, for programs that want the classes without n8n's loader. */
const { n8n } = require('./package.json');

module.exports = Object.assign({}, ...[...n8n.nodes, ...n8n.credentials].map((file) => require(`./${file}`)));
