import { strict as assert } from 'node:assert';
import { access, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import type { Icon } from 'n8n-workflow';
import { startEngine } from '../engine';
import { scanPackage } from './package-scan';
import { publishToFolder, type PublishedPackage } from './published-package';
import { ROOT } from './sample';

const ALLOWED = /^(dist\/.+|package\.json|index\.js|README\.md|LICENSE\.md|CHANGELOG\.md)$/;
const LARGEST_TARBALL = 300_000;
const TEXT_FILES = ['.js', '.json', '.md', '.svg'];

/** What looks like a secret: private keys, tokens of npm, GitHub and JWT kind. */
const SECRET = /-----BEGIN [A-Z ]*PRIVATE KEY|\bnpm_[A-Za-z0-9]{36}|\bgh[pousr]_[A-Za-z0-9]{36}|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/;

/** Each returns what it found, for the line that is printed, or throws. */
const CHECKS: Record<string, (published: PublishedPackage) => string | Promise<string>> = {
	'contains only what users need': ({ files }) => {
		assert.deepEqual(files.filter((file) => !ALLOWED.test(file)), [], 'unexpected files');
		for (const needed of ['package.json', 'README.md', 'LICENSE.md']) assert(files.includes(needed), `${needed} is missing`);
		return `${files.length} files`;
	},
	'is small': ({ size }) => {
		assert(size < LARGEST_TARBALL, `the tarball has ${size} bytes, at most ${LARGEST_TARBALL} are allowed`);
		return `${(size / 1000).toFixed(1)} kB`;
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
			assert(!SECRET.test(text), `${file} seems to hold a secret`);
		}
		return `${texts.length} texts searched`;
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
		const violations = await scanPackage(folder);
		assert.deepEqual(violations, [], violations.join('\n'));
		return 'no violation';
	},
};

/** The files of a type's icon, relative to the package; icons of a font have none. */
function iconFiles({ instantiate }: PublishedPackage, path: string): string[] {
	const type = instantiate(path);
	const icon = 'description' in type ? type.description.icon : (type.icon as Icon | undefined);
	const names = typeof icon === 'object' ? [icon.light, icon.dark] : icon ? [icon] : [];
	assert(names.length > 0, `${path} has no icon`);
	return names.filter((name) => name.startsWith('file:')).map((name) => join(dirname(path), name.slice('file:'.length)));
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
