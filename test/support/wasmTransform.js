const { readFileSync } = require('node:fs');

/** WebAssembly as its bytes, as esbuild's loader `binary` gives it to the bundle. */
module.exports = {
	process: (_source, path) => ({
		code: `module.exports = Uint8Array.from(Buffer.from('${readFileSync(path).toString('base64')}', 'base64'));`,
	}),
};
