import { unpackTar } from 'modern-tar';
import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { parse as parseYaml } from 'yaml';
import type { DatasetFile } from '@datagym/labels/dataset/datasetFile';
import { packed } from '@datagym/test/support/containers';
import { readParquetTable } from '@datagym/test/support/parquetTable';

/** The labels in the files of a dataset, as the format's own definition counts them: the name of the class of each. */
export type LabelCounter = (files: readonly TextFile[]) => readonly string[] | Promise<readonly string[]>;

export interface TextFile {
	readonly path: string;
	readonly text: string;
	readonly bytes: Uint8Array;
}

/** The files that have labels; those that hold images have files of no bytes. */
export async function textFiles(files: Iterable<DatasetFile>): Promise<TextFile[]> {
	const read: TextFile[] = [];
	for (const file of files) {
		const { path } = file;
		// A crop is a label.
		if ('image' in file) {
			if (file.image.part !== undefined) read.push({ path, text: '', bytes: new Uint8Array() });
		} else if ('parts' in file) read.push({ path, text: '', bytes: await packed(file, () => new Uint8Array()) });
		else if ('bytes' in file) read.push({ path, text: '', bytes: file.bytes });
		else read.push({ path, text: [...file.text].join(''), bytes: new Uint8Array() });
	}
	return read;
}

/** Reads each format without the package's readers. Masks and classes of whole images have no labels that could be counted. */
export const LABEL_COUNTERS: Readonly<Record<string, LabelCounter | undefined>> = {
	coco: (files) => files.flatMap(({ text }) => cocoLabels(JSON.parse(text))),
	cocoKeypoints: (files) => files.flatMap(({ text }) => cocoLabels(JSON.parse(text))),
	cocoRfDetr: (files) => files.flatMap(({ text }) => cocoLabels(JSON.parse(text))),
	createMl: (files) =>
		files.flatMap(({ text }) => {
			const images: { annotations: { label: string }[] }[] = JSON.parse(text);
			return images.flatMap(({ annotations }) => annotations.map(({ label }) => label));
		}),
	cropsByClass: (files) => files.map(({ path }) => path.split('/')[1] ?? ''),
	csv: (files) => files.flatMap(({ text }) => rowsOf(text).slice(1)).map((row) => row.split(',')[3] ?? ''),
	cvat: (files) =>
		files
			.flatMap(({ text }) => elementsOf(text, ['box', 'polygon', 'polyline', 'points', 'mask']))
			.map(({ attributes }) => attributes.label ?? ''),
	dataGym: (files) =>
		files.flatMap(({ text }) => {
			const [, ...images]: { labels: DataGymLabels }[] = JSON.parse(text);
			return images.flatMap(({ labels }) => dataGymLabels(labels));
		}),
	florence2Jsonl: (files) =>
		linesOf(files).flatMap(({ suffix = '' }) => [...suffix.matchAll(/([^<>]+)<loc_/g)].map(([, name = '']) => name)),
	huggingFaceParquet: tableLabels,
	imageFolder: tableLabels,
	labelMe: (files) => files.flatMap(({ text }) => labelMeLabels(JSON.parse(text))),
	labelStudio: (files) =>
		files
			.filter(({ path }) => path.endsWith('.json'))
			.flatMap(({ text }) => {
				const tasks: { annotations: { result: { type: string; value: Record<string, string[]> }[] }[] }[] =
					JSON.parse(text);
				const results = tasks.flatMap(({ annotations }) => annotations.flatMap(({ result }) => result));
				return results.filter(({ type }) => type.endsWith('labels')).flatMap(({ type, value }) => value[type] ?? []);
			}),
	openAiJsonl: (files) =>
		files
			.flatMap(({ bytes }) => new TextDecoder().decode(bytes).trim().split('\n'))
			.flatMap((line) => JSON.parse(JSON.parse(line).messages[1].content))
			.map(({ label }) => label),
	paliGemmaJsonl: (files) =>
		linesOf(files).flatMap(({ suffix = '' }) =>
			(suffix === '' ? [] : suffix.split(' ; ')).map((part) => part.slice('<loc0000>'.length * 4 + 1)),
		),
	pascalVoc: (files) =>
		files
			.filter(({ path }) => path.endsWith('.xml'))
			.flatMap(({ text }) => elementsOf(text, ['object']))
			.map((object) => elementsOf(object, ['name'])[0]?.text ?? ''),
	qwen25VlJsonl: qwenLabels,
	qwen3VlJsonl: qwenLabels,
	webDataset: async (files) => {
		const archives = files.filter(({ path }) => path.endsWith('.tar'));
		const entries = await Promise.all(archives.map(async ({ bytes }) => await unpackTar(bytes)));
		const texts = entries.flat().filter(({ header }) => header.name.endsWith('.json'));
		return texts.flatMap(({ data }) => JSON.parse(new TextDecoder().decode(data)).objects.category_names);
	},
	yoloDetect: yoloLabels,
	yoloObb: yoloLabels,
	yoloPose: yoloLabels,
	yoloSegment: yoloLabels,
};

async function tableLabels(files: readonly TextFile[]): Promise<string[]> {
	const tables = await Promise.all(files.map(async ({ bytes }) => await readParquetTable(bytes)));
	return tables.flat().flatMap((row) => (row as { objects: { category_names: string[] } }).objects.category_names);
}

interface CocoFile {
	readonly annotations: readonly { readonly category_id: number; readonly keypoints?: readonly number[] }[];
	readonly categories: readonly {
		readonly id: number;
		readonly name: string;
		readonly keypoints?: readonly string[];
	}[];
}

function cocoLabels({ annotations, categories }: CocoFile): string[] {
	return annotations.flatMap(({ category_id, keypoints = [] }) => {
		const category = categories.find(({ id }) => id === category_id);
		const points = (category?.keypoints ?? []).filter((_, index) => (keypoints[index * 3 + 2] ?? 0) > 0);
		return [category?.name ?? '', ...points];
	});
}

interface InstructionLine {
	readonly suffix?: string;
	readonly conversations?: readonly { readonly from: string; readonly value: string }[];
}

const linesOf = (files: readonly TextFile[]): InstructionLine[] =>
	files.flatMap(({ text }) => rowsOf(text).map((row): InstructionLine => JSON.parse(row)));

/** What the assistant says is JSON in a fence. */
function qwenLabels(files: readonly TextFile[]): string[] {
	return linesOf(files).flatMap(({ conversations = [] }) => {
		const answer = conversations.find(({ from }) => from === 'gpt')?.value ?? '';
		const boxes: { label: string }[] = JSON.parse(answer.replace(/^```json\n/, '').replace(/```$/, ''));
		return boxes.map(({ label }) => label);
	});
}

interface DataGymLabels {
	readonly [key: string]: readonly { readonly nested_geometries?: DataGymLabels }[];
}

function dataGymLabels(labels: DataGymLabels): string[] {
	return Object.entries(labels).flatMap(([key, list]) =>
		list.flatMap(({ nested_geometries = {} }) => [key, ...dataGymLabels(nested_geometries)]),
	);
}

/** Shapes of one group are one label. */
function labelMeLabels({ shapes }: { shapes: readonly { label: string; group_id: number | null }[] }): string[] {
	const groups = new Set<number>();
	return shapes.flatMap(({ label, group_id }) => {
		if (group_id === null) return [label];
		if (groups.has(group_id)) return [];
		groups.add(group_id);
		return [label];
	});
}

/** Rows of label files; visible keypoints where `data.yaml` has them. */
function yoloLabels(files: readonly TextFile[]): string[] {
	const data: { names: Record<number, string>; kpt_names?: Record<number, string[]> } = parseYaml(
		files.find(({ path }) => path === 'data.yaml')?.text ?? '',
	);
	const rows = files.filter(({ path }) => path.endsWith('.txt')).flatMap(({ text }) => rowsOf(text));
	return rows.flatMap((row) => {
		const [id = NaN, ...numbers] = row.split(' ').map(Number);
		const points = (data.kpt_names?.[id] ?? []).filter((_, index) => (numbers[4 + index * 3 + 2] ?? 0) > 0);
		return [data.names[id] ?? '', ...points];
	});
}

const rowsOf = (text: string) => text.split(/\r?\n/).filter((row) => row !== '');

function elementsOf(source: string | XmlElement, names: readonly string[]): XmlElement[] {
	const root = typeof source === 'string' ? parseXml(source).root : source;
	const children = (root?.children ?? []).filter((child) => child instanceof XmlElement);
	return children.flatMap((child) => (names.includes(child.name) ? [child] : elementsOf(child, names)));
}
