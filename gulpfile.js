require('tsx/cjs');
const { execFile } = require('node:child_process');
const { mkdir, rm, writeFile } = require('node:fs/promises');
const { dirname } = require('node:path');
const { promisify } = require('node:util');
const esbuild = require('esbuild');
const { dest, parallel, series, src } = require('gulp');
const { n8n } = require('./package.json');
const { writeNotices } = require('./tools/release/thirdParty.ts');

/** The TypeScript source of a path that package.json's `n8n` block names in `dist`. */
const sourceOf = (distPath) => distPath.replace(/^dist\//, '').replace(/\.js$/, '.ts');

const clean = () => rm('dist', { recursive: true, force: true });

/**
 * A file for each node and credential, one chunk with what they share, and one with the codec of pictures, which is loaded when it
 * is first needed. Only n8n-workflow stays outside, since the package has no runtime dependencies. esbuild splits ES modules
 * only, so a second pass makes CommonJS of them for n8n.
 */
const bundle = async () => {
	const { metafile, outputFiles } = await esbuild.build({
		entryPoints: [...n8n.nodes, ...n8n.credentials].map(sourceOf),
		outbase: '.',
		outdir: 'dist',
		chunkNames: '[name]-[hash]',
		bundle: true,
		splitting: true,
		write: false,
		platform: 'node',
		target: 'node20',
		format: 'esm',
		external: ['n8n-workflow'],
		// What it ships for Node.js asks for the process.
		alias: { yaml: require.resolve('yaml/package.json').replace('package.json', 'browser/index.js') },
		loader: { '.wasm': 'binary' },
		// n8n's scan allows no console; a library warns there of what is an error here.
		drop: ['console'],
		legalComments: 'inline',
		logLevel: 'warning',
		metafile: true,
	});
	for (const { path, text } of outputFiles) {
		const { code } = await esbuild.transform(text, {
			format: 'cjs',
			platform: 'node',
			target: 'node20',
			// `import()` of CommonJS would need a loader of ES modules, which n8n's sandbox and Jest lack.
			supported: { 'dynamic-import': false },
		});
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, code);
	}
	await writeNotices(metafile, 'dist/THIRD-PARTY-NOTICES.txt');
	// What is in the bundles, for the check of advisories.
	await mkdir('out', { recursive: true });
	await writeFile('out/bundle.json', JSON.stringify(metafile));
};

/** Icons, codex files and output schemas lie beside the sources and go beside the bundles. */
const assets = () =>
	src(['nodes/**/*.{svg,png,node.json}', 'nodes/*/__schema__/**/*.json', 'credentials/**/*.svg'], {
		base: '.',
		encoding: false,
	}).pipe(dest('dist'));

/** What n8n reads when it starts, so that it compiles no node before one is used: `dist/known` and `dist/types`. */
const metadata = async () => {
	await promisify(execFile)(process.execPath, [require.resolve('n8n-core/bin/generate-metadata')], { cwd: __dirname });
};

exports.build = series(clean, parallel(bundle, assets), metadata);
exports.default = exports.build;
