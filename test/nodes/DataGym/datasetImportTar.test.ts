/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';

/** Docs/importing-datasets.md: tar archives, which GNU tar writes here, bring their files; damaged and hostile ones are told. */

let harness: Harness;
let folder: string;
beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	folder = mkdtempSync(join(tmpdir(), 'tar-'));
});
afterAll(async () => {
	rmSync(folder, { recursive: true });
	await harness.close();
});

/** Longer than the old header of tar has place for. */
const LONG = `${'deep folder/'.repeat(12)}street.jpg`;

async function writeFiles(): Promise<void> {
	const files = {
		[LONG]: await jpeg({ width: 640, height: 480 }),
		[LONG.replace('.jpg', '.json')]: JSON.stringify({
			file_name: 'street.jpg',
			objects: { bbox: [[1, 2, 30, 40]], category_names: ['car'], categories: [0] },
		}),
	};
	for (const [path, content] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), content);
	}
}

async function tarOf(): Promise<Buffer> {
	await writeFiles();
	symlinkSync('/etc/hostname', join(folder, 'link.json'));
	return execFileSync('tar', ['--format=gnu', '-cf', '-', '-C', folder, '.']);
}

async function run(bytes: Buffer, name: string) {
	const { id } = harness.server.seed.project({ name, classes: [] }).project;
	const items = [await harness.itemWithFile(bytes, name, 'application/x-tar')];
	const parameters = { projectId: byId(id), datasetName: `Of ${id.slice(0, 8)}` };
	return await harness.run('dataset', 'import', parameters, { items });
}

const datasetsMade = () =>
	[...harness.server.store.datasets.values()].filter(({ name }) => name.startsWith('Of ')).length;

test('A tar brings its files, alone and in a ZIP; one that is cut off or no tar is told, and nothing is imported', async () => {
	const before = datasetsMade();
	const tar = await tarOf();
	const zip = Buffer.from(zipSync({ 'shards/train.tar': new Uint8Array(tar) }, { level: 6 }));
	for (const [bytes, name] of [[tar, 'train.tar'] as const, [zip, 'shards.zip'] as const])
		expect(jsonOf(await run(bytes, name))).toEqual([
			expect.objectContaining({ status: 'imported', imageName: 'street.jpg', labelCount: 1 }),
		]);
	for (const bytes of [tar.subarray(0, 9000), Buffer.from('no tar at all'.repeat(100))]) {
		const { error } = await run(bytes, 'broken.tar');
		expect(error?.message).toMatch(/^The archive "broken\.tar" cannot be read \(.+\)$/);
		expect(error?.description).toBe('Provide the complete tar file, not compressed.');
	}
	expect(datasetsMade()).toBe(before + 2);
});

test('A name that leads out of the tar is skipped and told', async () => {
	await writeFiles();
	const away = execFileSync('tar', [
		'-cf',
		'-',
		'-C',
		folder,
		'--transform=s,.*json$,../../out.json,',
		LONG,
		LONG.replace('.jpg', '.json'),
	]);
	expect(jsonOf(await run(away, 'away.tar'))).toEqual([
		expect.objectContaining({ status: 'noLabels', imageName: 'street.jpg' }),
		{
			path: '',
			status: 'skipped',
			error: 'The file "../../out.json" of "away.tar" was skipped: its name leads out of the archive.',
		},
	]);
});
