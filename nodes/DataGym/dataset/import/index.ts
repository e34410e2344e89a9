import { isZip, READABLE_FORMATS } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { type BinaryFile, binaryFile, binaryFilesOf, firstBytes } from '../../binaryFile';
import { checkName } from '../../createByName';
import { projectId } from '../../fields';
import { dryRun, format, keypoints, orientation } from '../../prediction/fields';
import type { ItemInput } from '../../runner/itemInput';
import type { BatchOperation, Verdict } from '../../runner/operation';
import type { Run } from '../../runner/runContext';
import { NOT_STARTED } from '../../runner/runOperation';
import { openArchive } from './archiveSource';
import type { FileSource } from './fileSource';
import { importDataset } from './importDataset';
import { filesOfItems } from './itemFiles';
import { withImageTables } from './tableSource';
import { withTars } from './tarSource';

const datasetName = field({
	displayName: 'Dataset Name',
	name: 'datasetName',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. Front cameras 2026',
	description: 'Created if there is none with this name',
});

const binaryFields = field({
	displayName: 'Input Binary Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the input binary field that holds the ZIP archive, or the files of the dataset',
	description: 'Several separated by commas, or * for all files',
});

const labelFormat = field({ ...format, description: 'Format of the labels in the dataset' });

const pointOrder = field({
	...keypoints,
	description: 'Names in order, if the dataset has none',
});

export const importOperation: BatchOperation = {
	value: 'import',
	name: 'Import',
	action: 'Import dataset with labels',
	description: 'Import the images, classes and labels of a dataset',
	fields: [projectId, datasetName, binaryFields],
	options: [dryRun, orientation, labelFormat, pointOrder],
	runAll: importAll,
};

/** A dataset, and the items that it is in. */
interface Part {
	readonly items: readonly ItemInput[];
	readonly field: string;
	readonly open: () => Promise<FileSource>;
}

/** One dataset after the other: an archive is one, and so are all files of items for one project and dataset. */
async function importAll(items: readonly ItemInput[], run: Run): Promise<readonly Verdict[]> {
	// Elsewhere a second run could not tell its labels from those of people, and would double them.
	await run.api.require('tasks');
	const verdicts = new Map<ItemInput, Verdict>();
	const parts = await partsOf(items, run, verdicts);
	const stopsAtFirst = !run.n8n.continueOnFail();
	for (const { items: own, field: fieldName, open } of parts) {
		const [first, ...others] = own;
		if (first === undefined) continue;
		if (run.isCanceled || (stopsAtFirst && [...verdicts.values()].some((verdict) => 'error' in verdict))) break;
		const verdict = await importPart(first, run, { field: fieldName, open }).then(
			(outputs): Verdict => ({
				outputs: outputs.map((output) => ({ ...output, madeFrom: own.map(({ index }) => index) })),
			}),
			(error: unknown): Verdict => ({ error }),
		);
		verdicts.set(first, bothOf(verdicts.get(first), verdict));
		for (const other of others) verdicts.set(other, 'error' in verdict ? verdict : { outputs: [] });
	}
	return items.map((item) => verdicts.get(item) ?? { error: NOT_STARTED });
}

/** Of an item with several archives. */
function bothOf(one: Verdict | undefined, other: Verdict): Verdict {
	if (one === undefined || 'error' in other) return other;
	return 'error' in one ? one : { outputs: [...one.outputs, ...other.outputs] };
}

async function importPart(item: ItemInput, run: Run, { field: fieldName, open }: Omit<Part, 'items'>) {
	const name = item.requiredText(datasetName);
	checkName(name, datasetName.displayName);
	const project = item.id(projectId);
	const key = item.options.choice(labelFormat);
	return await importDataset(item, run, {
		source: await withImageTables(await withTars(await open())),
		field: fieldName,
		projectId: project,
		datasetName: name,
		isDryRun: item.options.flag(dryRun),
		format: READABLE_FORMATS.find((known) => known.key === key),
		isStored: item.options.choice(orientation) === 'stored',
		keypoints: item.options.list(pointOrder),
	});
}

async function partsOf(
	items: readonly ItemInput[],
	run: Run,
	verdicts: Map<ItemInput, Verdict>,
): Promise<readonly Part[]> {
	const archives: Part[] = [];
	const groups = new Map<
		string,
		Array<{ readonly item: ItemInput; readonly file: BinaryFile; readonly folder: string }>
	>();
	for (const item of items) {
		try {
			for (const file of filesOf(item, run)) {
				const start = (await file.size()) === 0 ? new Uint8Array() : await firstBytes(file, 4);
				if (isZip(start))
					archives.push({ items: [item], field: file.field, open: async () => await openArchive(file) });
				else {
					const key = `${item.id(projectId)} ${item.text(datasetName)}`;
					const folder = item.data.binary?.[file.field]?.directory ?? '';
					const group = groups.get(key);
					if (group === undefined) groups.set(key, [{ item, file, folder }]);
					else group.push({ item, file, folder });
				}
			}
		} catch (error) {
			verdicts.set(item, { error });
		}
	}
	const collections = [...groups.values()].map((files): Part => {
		const [first] = files;
		return {
			items: [...new Set(files.map(({ item }) => item))],
			field: first?.file.field ?? '',
			open: async () => await Promise.resolve(filesOfItems(files)),
		};
	});
	return [...archives, ...collections];
}

function filesOf(item: ItemInput, run: Run): readonly BinaryFile[] {
	const names = item.requiredText(binaryFields);
	if (names !== '*') return binaryFilesOf(run.n8n, item, names);
	const fields = Object.keys(item.data.binary ?? {});
	if (fields.length === 0)
		throw new InputError('The item has no files', 'Add a node before this one that reads or downloads the dataset.');
	return fields.map((name) => binaryFile(run.n8n, item, name));
}
