import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundledPackages, writeNotices } from '@datagym/tools/release/thirdParty';

let folder: string;

beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'third-party-'))));
afterEach(async () => await rm(folder, { recursive: true }));

async function install(
	name: string,
	license: string,
	files: Record<string, string> = { LICENSE: `License of ${name}` },
): Promise<string> {
	const home = join(folder, 'node_modules', name);
	await mkdir(home, { recursive: true });
	await writeFile(join(home, 'package.json'), JSON.stringify({ name, version: '1.2.3', license }));
	for (const [file, text] of Object.entries(files)) await writeFile(join(home, file), text);
	return join(home, 'index.js');
}

const bundle = (inputs: Record<string, number>): Metafile => ({
	inputs: {},
	outputs: {
		'a.js': {
			bytes: 1,
			imports: [],
			exports: [],
			inputs: Object.fromEntries(Object.entries(inputs).map(([path, bytesInOutput]) => [path, { bytesInOutput }])),
		},
	},
});

describe('The libraries in the bundles', () => {
	test('are those that have a byte in them, each once, with or without a scope', async () => {
		const metafile = bundle({
			'nodes/own.ts': 5,
			[await install('zebra', 'MIT')]: 9,
			[await install('@scope/ant', 'ISC')]: 3,
			[await install('shaken-off', 'MIT')]: 0,
		});
		expect(
			(await bundledPackages(metafile)).map(({ name, version, license }) => `${name} ${version} ${license}`),
		).toEqual(['@scope/ant 1.2.3 ISC', 'zebra 1.2.3 MIT']);
	});

	test('come with the text of their licenses', async () => {
		const file = join(folder, 'NOTICES.txt');
		await writeNotices(bundle({ [await install('zebra', 'MIT', { 'license.md': 'Do as you like.' })]: 9 }), file);
		expect(await readFile(file, 'utf8')).toContain('zebra 1.2.3 (MIT)\n\nDo as you like.\n');
	});

	test.each([
		['a license that does not allow it', 'AGPL-3.0', { LICENSE: 'text' }, /license is AGPL-3\.0/],
		['no text of its license', 'MIT', {}, /no file with its license/],
	])('stop the build with %s', async (_, license, files, fault) => {
		const metafile = bundle({ [await install('bad', license, files)]: 1 });
		await expect(bundledPackages(metafile)).rejects.toThrow(fault);
	});

	test('give the text that is written down here for those that have no file with it', async () => {
		const [found] = await bundledPackages(bundle({ [await install('@cwasm/jpeg-turbo', 'MIT', {})]: 5 }));
		expect(found?.licenseText).toContain('based in part on the work of the Independent JPEG Group');
		await expect(bundledPackages(bundle({ [await install('other', 'MIT', {})]: 5 }))).rejects.toThrow('no file');
	});
});
