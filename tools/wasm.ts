import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Lets programs that run the sources import WebAssembly as its bytes, as esbuild's loader `binary` gives it to the bundle. */
createRequire(__filename).extensions['.wasm'] = (module, file) => {
	module.exports = { default: Uint8Array.from(readFileSync(file)), __esModule: true };
};
