import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';

/** A library whose code is part of the published bundles. */
export interface BundledPackage {
	name: string;
	version: string;
	license: string;
	licenseText: string;
}

/** Licenses that allow the code to be given on under them, if their text comes along. */
const ALLOWED = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'];
/** Of packages that have no file with it. */
const WRITTEN_DOWN: Readonly<Record<string, string>> = {
	'@cwasm/jpeg-turbo': join(__dirname, 'licenses', 'cwasm-jpeg-turbo.txt'),
};
const FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** The libraries of which esbuild has put at least a byte into a bundle, by name. */
export async function bundledPackages(metafile: Metafile): Promise<BundledPackage[]> {
	const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
	const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => FOLDER.exec(path)?.[0]);
	const folders = [...new Set(used.filter((folder) => folder !== undefined))];
	const packages = await Promise.all(folders.map((folder) => describe(resolve(folder))));
	return packages.sort((one, other) => one.name.localeCompare(other.name, 'en'));
}

/** Their licenses in one file, which those licenses ask for. */
export async function writeNotices(metafile: Metafile, file: string): Promise<void> {
	const packages = await bundledPackages(metafile);
	const notices = packages.map(
		({ name, version, license, licenseText }) => `${name} ${version} (${license})\n\n${licenseText.trim()}\n`,
	);
	const opening = 'The files in this folder contain code of these libraries, under these licenses.\n';
	await writeFile(file, [opening, ...notices].join(`\n${'-'.repeat(80)}\n\n`));
}

async function describe(folder: string): Promise<BundledPackage> {
	const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
		name: string;
		version: string;
		license?: string;
	};
	const { name, version, license = 'none' } = manifest;
	if (!ALLOWED.includes(license))
		throw new Error(`${name} is bundled, and its license is ${license}. Allowed: ${ALLOWED.join(', ')}.`);
	const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
	const path = file === undefined ? WRITTEN_DOWN[name] : join(folder, file);
	if (path === undefined) throw new Error(`${name} is bundled and has no file with its license.`);
	return { name, version, license, licenseText: await readFile(path, 'utf8') };
}
