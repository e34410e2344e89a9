require('tsx/cjs');
const { mkdir, rm, writeFile } = require('node:fs/promises');
const esbuild = require('esbuild');
const { dest, parallel, series, src } = require('gulp');
const { n8n } = require('./package.json');
const { writeNotices } = require('@datagym/tools/release/thirdParty');

/** The TypeScript source of a path that package.json's `n8n` block names in `dist`. */
const sourceOf = (distPath) => distPath.replace(/^dist\//, '').replace(/\.js$/, '.ts');

const clean = () => rm('dist', { recursive: true, force: true });

/** One file a node or credential, with everything in it but n8n-workflow, since the package has no runtime dependencies. */
const bundle = async () => {
	const { metafile } = await esbuild.build({
		entryPoints: [...n8n.nodes, ...n8n.credentials].map(sourceOf),
		outbase: '.',
		outdir: 'dist',
		bundle: true,
		platform: 'node',
		target: 'node20',
		format: 'cjs',
		external: ['n8n-workflow'],
		legalComments: 'inline',
		logLevel: 'warning',
		metafile: true,
	});
	await writeNotices(metafile, 'dist/THIRD-PARTY-NOTICES.txt');
	// What is in the bundles, for `npm run audit:bundle`.
	await mkdir('out', { recursive: true });
	await writeFile('out/bundle.json', JSON.stringify(metafile));
};

/** Icons and codex files lie beside the sources and go beside the bundles. */
const assets = () =>
	src(['nodes/**/*.{svg,png,node.json}', 'credentials/**/*.svg'], { base: '.', encoding: false }).pipe(dest('dist'));

exports.build = series(clean, parallel(bundle, assets));
exports.default = exports.build;
