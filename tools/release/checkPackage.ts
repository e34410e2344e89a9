import { strict as assert } from 'node:assert';
import { access, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Metafile } from 'esbuild';
import type { Icon } from 'n8n-workflow';
import { startEngine } from '@datagym/test/support/n8n/engine';
import { OPERATION_NAMES } from '@datagym/test/support/sampleParameters';
import { schemaPath, TRIGGER } from './outputSchema';
import { scanPackage } from './packageScan';
import { publishToFolder, type PublishedPackage } from './publishedPackage';
import { findSecrets } from './secrets';
import { bundledPackages } from './thirdParty';
import { ROOT } from '../paths';

const ALLOWED = /^(dist\/.+|package\.json|index\.js|README\.md|LICENSE\.md|CHANGELOG\.md)$/;
const LARGEST_TARBALL = 1_000_000;
/** Of the tarball, all but the codec of pictures. */
const LARGEST_NODES = 700_000;
/** From which the chunk with the codec is made. */
const CODEC = 'pixels/picture.ts';
const TEXT_FILES = ['.js', '.json', '.md', '.svg', '.txt'];
const NEEDED = ['package.json', 'index.js', 'README.md', 'LICENSE.md', 'CHANGELOG.md', 'dist/THIRD-PARTY-NOTICES.txt'];
/** Beside what `ALLOWED` keeps out. */
const UNWANTED = /\.map$|\.d\.ts$|\.test\.|(^|\/)(test|fixtures|emulator|node_modules)\//;

/** Each returns what it found, for the line that is printed, or throws. */
const CHECKS: Record<string, (published: PublishedPackage) => string | Promise<string>> = {
	'contains only what users need': ({ files }) => {
		assert.deepEqual(
			files.filter((file) => !ALLOWED.test(file) || UNWANTED.test(file)),
			[],
			'unexpected files',
		);
		for (const needed of NEEDED) assert(files.includes(needed), `${needed} is missing`);
		return `${files.length} files`;
	},
	'is small': ({ size }) => {
		assert(size < LARGEST_TARBALL, `the tarball has ${size} bytes, at most ${LARGEST_TARBALL} are allowed`);
		return kilobytes(size);
	},
	'has the codec of pictures in a file of its own that nothing loads at the start': async ({ folder, size }) => {
		const { outputs } = await metafile();
		const chunks = Object.entries(outputs).filter(([, { inputs }]) => Object.keys(inputs).includes(CODEC));
		const [[codec] = ['']] = chunks;
		assert(chunks.length === 1 && !/node|credentials/.test(basename(codec)), `${CODEC} is in ${chunks.length} files`);
		const loading = Object.values(outputs).flatMap(({ imports }) => imports.filter(({ path }) => path === codec));
		assert(loading.length > 0 && loading.every(({ kind }) => kind === 'dynamic-import'), 'the codec is loaded at once');
		const codecSize = gzipSync(await readFile(join(folder, codec)), { level: 9 }).length;
		const rest = size - codecSize;
		assert(rest < LARGEST_NODES, `the rest has ${rest} bytes, at most ${LARGEST_NODES} are allowed`);
		return `${kilobytes(codecSize)}, the rest ${kilobytes(rest)}`;
	},
	'has no runtime dependencies': ({ manifest }) => {
		assert.deepEqual(manifest.dependencies ?? {}, {}, 'n8n verifies packages without dependencies only');
		return 'none';
	},
	'names no path of this machine and no secret': async ({ folder, files }) => {
		const texts = files.filter((file) => TEXT_FILES.includes(extname(file)));
		for (const file of texts) {
			const text = await readFile(join(folder, file), 'utf8');
			for (const path of [ROOT, homedir()]) assert(!text.includes(`${path}/`), `${file} names ${path}`);
			const [secret] = findSecrets(text);
			assert(secret === undefined, `${file}:${secret?.line} seems to hold a secret (${secret?.rule})`);
		}
		return `${texts.length} texts searched`;
	},
	'has pictures that npm can show': async ({ folder }) => {
		const pictures = [
			...(await readFile(join(folder, 'README.md'), 'utf8')).matchAll(/!\[[^\]]*\]\(([^)\s]+)|<img[^>]+src="([^"]+)"/g),
		].map(([, inText, inTag]) => inText ?? inTag ?? '');
		assert.deepEqual(
			pictures.filter((picture) => !picture.startsWith('https://')),
			[],
			'pictures of the README without an https address',
		);
		return `${pictures.length} in the README`;
	},
	'gives the licenses of the libraries in it': async ({ folder, manifest }) => {
		const notices = await readFile(join(folder, 'dist', 'THIRD-PARTY-NOTICES.txt'), 'utf8');
		const packages = await bundledPackages(await metafile());
		assert(packages.length > 0, `${manifest.name} bundles no library, which cannot be`);
		for (const { name, version, licenseText } of packages) {
			assert(
				notices.includes(`${name} ${version} (`) && notices.includes(licenseText.trim()),
				`the license of ${name} is missing`,
			);
		}
		return packages.map(({ name }) => name).join(', ');
	},
	'exports its classes to programs': ({ folder, manifest }) => {
		const names = Object.keys(createRequire(join(folder, 'package.json'))(folder) as object);
		const expected = [...manifest.n8n.nodes, ...manifest.n8n.credentials].map((path) => basename(path).split('.')[0]);
		assert.deepEqual(names, expected, `${manifest.name} exports other classes than its n8n block names`);
		return names.join(', ');
	},
	'loads where only n8n-workflow is': ({ manifest, instantiate }) => {
		const loaded = [...manifest.n8n.nodes, ...manifest.n8n.credentials].map(instantiate);
		return loaded.map((type) => ('description' in type ? type.description.name : type.name)).join(', ');
	},
	'has every icon and codex that it names': async (published) => {
		const paths = [...published.manifest.n8n.nodes, ...published.manifest.n8n.credentials];
		const icons = paths.flatMap((path) => iconFiles(published, path));
		const codices = published.manifest.n8n.nodes.map((path) => `${path}on`);
		for (const file of [...icons, ...codices]) await access(join(published.folder, file));
		return `${icons.length} icons, ${codices.length} codex files`;
	},
	'has the output schema of each operation, and no other': ({ files }) => {
		const schemas = files.filter((file) => file.includes('__schema__')).sort();
		const expected = [...OPERATION_NAMES, TRIGGER].map((name) => join('dist', 'nodes', schemaPath(name)));
		assert.deepEqual(schemas, expected.sort(), 'run “npm run release -- schemas”');
		return `${schemas.length} schemas`;
	},
	'is loaded by n8n': async ({ folder, manifest, instantiate }) => {
		const begun = performance.now();
		const engine = await startEngine({ packages: [folder] });
		const milliseconds = Math.round(performance.now() - begun);
		for (const path of manifest.n8n.nodes) {
			const node = instantiate(path);
			if ('description' in node) engine.packages.getByName(`${manifest.name}.${node.description.name}`);
		}
		await engine.stop();
		return `engine started in ${milliseconds} ms`;
	},
	"passes n8n's scan": async ({ folder }) => {
		const violations = await scanPackage(ROOT, folder);
		assert.deepEqual(violations, [], violations.join('\n'));
		return 'no violation';
	},
};

function kilobytes(size: number): string {
	return `${(size / 1000).toFixed(1)} kB`;
}

/** What esbuild says of the bundles. */
async function metafile(): Promise<Metafile> {
	return JSON.parse(await readFile(join(ROOT, 'out', 'bundle.json'), 'utf8')) as Metafile;
}

/** The files of a type's icon, relative to the package; icons of a font have none. */
function iconFiles({ instantiate }: PublishedPackage, path: string): string[] {
	const type = instantiate(path);
	const icon = 'description' in type ? type.description.icon : (type.icon as Icon | undefined);
	const names = typeof icon === 'object' ? [icon.light, icon.dark] : icon ? [icon] : [];
	assert(names.length > 0, `${path} has no icon`);
	return names
		.filter((name) => name.startsWith('file:'))
		.map((name) => join(dirname(path), name.slice('file:'.length)));
}

async function main(): Promise<void> {
	const published = await publishToFolder(ROOT, { withWorkflow: true });
	console.log(`${published.manifest.name} ${published.manifest.version} as npm would publish it:`);
	let failed = 0;
	for (const [name, check] of Object.entries(CHECKS)) {
		try {
			console.log(`  ok    ${name}: ${await check(published)}`);
		} catch (error) {
			failed += 1;
			console.log(`  FAIL  ${name}: ${(error as Error).message}`);
		}
	}
	await published.remove();
	console.log(failed === 0 ? 'The package can be published.' : `${failed} checks failed.`);
	process.exitCode = failed === 0 ? 0 : 1;
}

void main();
