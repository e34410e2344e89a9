import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { ICredentialType, INodeType } from 'n8n-workflow';

const run = promisify(execFile);

interface Manifest {
	name: string;
	version: string;
	dependencies?: Record<string, string>;
	n8n: { nodes: string[]; credentials: string[] };
}

/** The package as npm would publish it, unpacked in a folder of its own. */
export interface PublishedPackage {
	folder: string;
	/** Bytes of the tarball. */
	size: number;
	/** Paths of its files, relative to `folder`. */
	files: string[];
	manifest: Manifest;
	/** Makes an object of the class that a file of the `n8n` block exports, as n8n does. */
	instantiate(path: string): INodeType | ICredentialType;
	remove(): Promise<void>;
}

interface PackAnswer {
	filename: string;
	size: number;
}

export interface Surroundings {
	/** Puts n8n-workflow within reach. A whole n8n brings its own. */
	withWorkflow: boolean;
}

/** @param source Folder of the package's sources, with `dist` built. */
export async function publishToFolder(source: string, { withWorkflow }: Surroundings): Promise<PublishedPackage> {
	const root = await mkdtemp(join(tmpdir(), 'published-'));
	const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', root], {
		cwd: source,
	});
	const [packed] = JSON.parse(stdout) as PackAnswer[];
	if (!packed) throw new Error('npm pack made no tarball');
	const folder = join(root, 'node_modules', 'unpacked');
	await mkdir(folder, { recursive: true });
	await run('tar', ['-xzf', join(root, packed.filename), '-C', folder, '--strip-components=1']);
	if (withWorkflow) await symlink(packageFolder('n8n-workflow'), join(root, 'node_modules', 'n8n-workflow'));
	const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
	return {
		folder,
		size: packed.size,
		files: await listFiles(folder),
		manifest,
		instantiate: (path) => instantiate(folder, path),
		remove: async () => await rm(root, { recursive: true }),
	};
}

function packageFolder(name: string): string {
	const entry = require.resolve(name);
	return resolve(entry.slice(0, entry.lastIndexOf(join('node_modules', name))), 'node_modules', name);
}

async function listFiles(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile())
		.map((entry) => relative(folder, join(entry.parentPath, entry.name)))
		.sort();
}

/** The class is named as the file, up to its first dot: n8n's rule. */
function instantiate(folder: string, path: string): INodeType | ICredentialType {
	const requireThere = createRequire(join(folder, 'package.json'));
	const exported = requireThere(`./${path}`) as Record<string, new () => INodeType | ICredentialType>;
	const className = path.slice(dirname(path).length + 1).split('.')[0] ?? '';
	const Class = exported[className];
	if (!Class) throw new Error(`${path} exports no class ${className}`);
	return new Class();
}
