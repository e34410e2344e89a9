/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { seedPhotographs } from '@datagym/tools/sample/activeLearning';
import { openExamples, seedLabeledPhotographs, type ExampleStage } from '../support/examples';

let stage: ExampleStage;

beforeAll(async () => {
	stage = await openExamples();
});
afterAll(async () => {
	await stage.close();
});

describe('quality report by e-mail', () => {
	test('the mail has the numbers in it and the page with the pictures attached', async () => {
		const { projectId } = await seedLabeledPhotographs(stage, { 'cat.jpg': 'cat', 'dogs.jpg': 'dog' });
		await seedReview(projectId, 'cat.jpg');
		const settings = { projectId, from: 'n8n@example.com', to: 'team@example.com', fewestLabels: 1, images: 5 };
		const run = await stage.run('quality-report-by-mail', settings, 'Every Monday');
		expect(run.error).toBeUndefined();
		const [mail] = await stage.services.mail.messages();
		const { head, parts } = readMail(mail!);
		expect(head).toMatch(/^To: team@example\.com$/m);
		expect(head).toMatch(/^Subject: DataGym: Active learning, \d{4}-\d\d-\d\d$/m);
		const text = parts.find(({ type }) => type === 'text/html')!.bytes.toString();
		expect(text).toContain('10 images, of which 2 are labeled, 1 of them reviewed, and 0 skipped.');
		expect(rowsOf(text)).toEqual(
			expect.arrayContaining([
				['cat', 'rectangle', '1', '1', ''],
				['spoon', 'rectangle', '0', '0', 'too few'],
				['Ada &lt;ada@example.com>', '2', '1', '1', '0'],
				['nobody yet', '8', '0', '0', '0'],
			]),
		);
		const page = parts.find(({ name }) => name === 'Active_learning_preview.html')!.bytes.toString();
		expect(page.match(/data:image\/jpeg;base64,/g)).toHaveLength(2);
	});
});

describe('from finished images to a spreadsheet', () => {
	test('each poll that finds something writes a sheet with a row for each label', async () => {
		const { projectId, tasks } = await seedLabeledPhotographs(stage, {});
		const outputFolder = await mkdtemp(join(stage.folder, 'sheets-'));
		const active = await stage.activate('labels-to-spreadsheet', { projectId, outputFolder });
		for (const [image, labels] of [
			[
				'cat.jpg',
				{ cat: [{ rectangle: [{ x: 10.5, y: 20.25, w: 30, h: 40 }] }, { rectangle: [{ x: 1, y: 2, w: 3, h: 4 }] }] },
			],
			['coffee.jpg', {}],
		] as const) {
			const task = tasks.find(({ medium }) => medium.name === image)!;
			stage.server.seed.label(task, { labels: { ...labels } });
			stage.server.seed.move(task, 'COMPLETED');
		}
		await active.tick();
		await active.tick();
		await active.deactivate();
		expect(active.runs.map(({ error }) => error)).toEqual([undefined]);
		const [file, ...others] = await readdir(outputFolder);
		expect(others).toEqual([]);
		const [head, ...rows] = sheetOf(await readFile(join(outputFolder, file!)));
		const records = rows
			.map((row) => Object.fromEntries(head!.map((column, index) => [column, row[index]])))
			.sort((a, b) => Number(b.x) - Number(a.x));
		expect(records).toEqual([
			expect.objectContaining({
				imageName: 'cat.jpg',
				event: 'completed',
				className: 'cat',
				type: 'rectangle',
				x: '10.5',
				y: '20.25',
				width: '30',
				height: '40',
				imageWidth: '451',
				imageHeight: '300',
			}),
			expect.objectContaining({ imageName: 'cat.jpg', className: 'cat', x: '1', y: '2', width: '3', height: '4' }),
			expect.objectContaining({ imageName: 'coffee.jpg', event: 'completed', className: '', x: '' }),
		]);
	});

	test('nested labels have rows of their own, and no answer is lost', async () => {
		const projectId = await seedPhotographs(stage.server, [
			{
				entryKey: 'kitten',
				type: 'rectangle',
				children: [
					{ entryKey: 'collar', type: 'polygon', children: [{ entryKey: 'text', type: 'freetext' }] },
					{
						entryKey: 'mood',
						type: 'select',
						options: { fine: 'Fine' },
						children: [{ entryKey: 'why', type: 'freetext' }],
					},
				],
			},
			{ entryKey: 'scene', type: 'select', options: { indoor: 'Indoor' } },
		]);
		const outputFolder = await mkdtemp(join(stage.folder, 'sheets-'));
		const active = await stage.activate('labels-to-spreadsheet', { projectId, outputFolder });
		const task = [...stage.server.store.tasks.values()].find(
			({ project, medium }) => project.id === projectId && medium.name === 'cat.jpg',
		)!;
		const collar = {
			polygon: [
				{ x: 1, y: 1 },
				{ x: 5, y: 1 },
				{ x: 5, y: 5 },
			],
			classifications: { text: ['Mimi'] },
		};
		stage.server.seed.label(task, {
			labels: {
				kitten: [
					{
						rectangle: [{ x: 10, y: 20, w: 30, h: 40 }],
						classifications: { mood: ['fine', { why: ['asleep'] }] },
						nested_geometries: { collar: [collar] },
					},
				],
			},
			global_classifications: { scene: ['indoor'] },
		});
		stage.server.seed.move(task, 'COMPLETED');
		await active.tick();
		await active.deactivate();
		expect(active.runs.map(({ error }) => error)).toEqual([undefined]);
		const [file] = await readdir(outputFolder);
		const [head, ...rows] = sheetOf(await readFile(join(outputFolder, file!)));
		expect(rows.map((row) => Object.fromEntries(head!.map((column, index) => [column, row[index] ?? ''])))).toEqual([
			expect.objectContaining({
				className: 'kitten',
				parentClassName: '',
				mood: 'fine',
				mood_why: 'asleep',
				text: '',
				image_scene: 'indoor',
			}),
			expect.objectContaining({
				className: 'collar',
				parentClassName: 'kitten',
				type: 'polygon',
				geometry: '{"type":"polygon","points":[{"x":1,"y":1},{"x":5,"y":1},{"x":5,"y":5}]}',
				mood: '',
				text: 'Mimi',
				image_scene: 'indoor',
			}),
		]);
	});
});

async function seedReview(projectId: string, image: string): Promise<void> {
	const task = [...stage.server.store.tasks.values()].find(
		({ project, medium }) => project.id === projectId && medium.name === image,
	)!;
	stage.server.seed.move(task, 'REVIEWED');
}

interface MailPart {
	type: string;
	name?: string | undefined;
	bytes: Buffer;
}

/** A message of two levels at most, with the encodings that n8n's mailer uses. */
function readMail(mail: Buffer): { head: string; parts: MailPart[] } {
	const [head = '', ...body] = mail.toString('latin1').replaceAll('\r\n', '\n').split('\n\n');
	const boundary = /boundary="([^"]+)"/.exec(head)?.[1] ?? '';
	const parts = body
		.join('\n\n')
		.split(`--${boundary}`)
		.slice(1, -1)
		.map((part): MailPart => {
			const [partHead = '', ...content] = part.trimStart().split('\n\n');
			const encoded = content.join('\n\n');
			const bytes = /encoding: base64/i.test(partHead)
				? Buffer.from(encoded, 'base64')
				: Buffer.from(decodeQuotedPrintable(encoded), 'latin1');
			return {
				type: /^Content-Type: ([^;\n]+)/im.exec(partHead)?.[1] ?? '',
				name: /filename="?([^"\n]+)"?/i.exec(partHead)?.[1],
				bytes,
			};
		});
	return { head, parts };
}

function decodeQuotedPrintable(text: string): string {
	return text
		.replace(/=\n/g, '')
		.replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

function rowsOf(html: string): string[][] {
	return html
		.split('<tr>')
		.slice(1)
		.map((row) => [...row.matchAll(/<td[^>]*>([^]*?)<\/td>/g)].map(([, cell = '']) => cell));
}

/** The texts and numbers of the first sheet of a spreadsheet. */
function sheetOf(bytes: Buffer): string[][] {
	const files = unzipSync(new Uint8Array(bytes));
	const textOf = (path: string) => strFromU8(files[path] ?? new Uint8Array());
	const shared = [...textOf('xl/sharedStrings.xml').matchAll(/<si>(.*?)<\/si>/gs)].map(([, item = '']) =>
		item.replace(/<[^>]+>/g, ''),
	);
	return [...textOf('xl/worksheets/sheet1.xml').matchAll(/<row[^>]*>(.*?)<\/row>/gs)].map(([, row = '']) => {
		const cells: string[] = [];
		for (const [, attributes = '', content = ''] of row.matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
			const column =
				[.../r="([A-Z]+)/.exec(attributes)![1]!].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0) - 1;
			const value = /<(?:v|t)[^>]*>([^<]*)</.exec(content)?.[1]?.replaceAll('&quot;', '"') ?? '';
			cells[column] = attributes.includes('t="s"') ? (shared[Number(value)] ?? '') : value;
		}
		return Array.from(cells, (cell) => cell ?? '');
	});
}
