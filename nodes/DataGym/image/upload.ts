import { hasKey, numberedName, type DataGymApi } from '@datagym/client';
import { InputError, messageOf } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { binaryFilesOf, checkIsImage, fileWithoutMetadata, heldIfSmall, type BinaryFile } from '../binaryFile';
import { imageRecord } from '../records';
import type { ChoiceOf } from '../runner/itemInput';
import type { ItemOperation, Output } from '../runner/operation';
import type { Run } from '../runner/runContext';
import { type KnownImage, KnownNames } from './knownNames';
import { connectTo, prepareTarget, readTarget, targetDataset } from './targetDataset';

const binaryFields = field({
	displayName: 'Input Binary Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the input binary field containing the file to be uploaded. Separate several with commas.',
	description: 'Name of the binary field in the output of the previous node',
});

export const ifExists = field({
	displayName: 'If Name Exists',
	name: 'ifExists',
	type: 'options',
	default: 'skip',
	options: [
		{ name: 'Fail', value: 'fail', description: 'Stop with an error' },
		{ name: 'Rename', value: 'rename', description: 'Upload as "name (2).jpg"' },
		{ name: 'Skip', value: 'skip', description: 'Do not upload, and return the existing image' },
	],
	description: 'What to do if the dataset already has an image with this name, ignoring case and accents',
});

const fileName = field({
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. camera_1.jpg',
	description: 'Name of the image in DataGym. Defaults to the name of the file.',
});

const removeMetadata = field({
	displayName: 'Remove Metadata',
	name: 'removeMetadata',
	type: 'boolean',
	default: false,
	description: 'Whether to upload the files without location, time, camera, comments and thumbnails',
});

export const upload: ItemOperation = {
	value: 'upload',
	name: 'Upload',
	action: 'Upload image to dataset',
	description: 'Upload JPEG or PNG files from binary data to a dataset',
	fields: [targetDataset, connectTo, binaryFields, ifExists],
	options: [fileName, removeMetadata],
	async run(item, run) {
		const target = await prepareTarget(run, readTarget(item));
		const dataset = target.datasetId;
		const policy = item.choice(ifExists);
		const names = await namesOf(run, dataset, policy);
		// No waiting from here to the names, so that the items get their numbers in order.
		const files = binaryFilesOf(run.n8n, item, item.requiredText(binaryFields));
		const override = item.options.text(fileName);
		const isStripped = item.options.flag(removeMetadata);
		const uploads = files.map((file, index): Upload => {
			const requestedName =
				override === '' ? file.fileName : files.length === 1 ? override : numberedName(override, index + 1);
			const wanted = run.api.images.nameFor(requestedName);
			return {
				dataset,
				file,
				isStripped,
				policy,
				requestedName,
				name: policy === 'rename' ? names.free(wanted) : wanted,
			};
		});
		const outputs: Output[] = [];
		for (const each of uploads) {
			outputs.push(
				await uploadFile(run.api, each, names).catch((error: unknown) => describeRest(error, outputs, files)),
			);
		}
		return outputs.map((output) => ({ ...output, json: { ...output.json, ...target } }));
	},
};

/** One for all items, so that none waits for another in vain; each policy has its own demands of it. */
async function namesOf(run: Run, dataset: string, policy: ChoiceOf<typeof ifExists>): Promise<KnownNames> {
	const names = await run.once(`names ${dataset}`, async () => await Promise.resolve(new KnownNames()));
	const files = run.n8n.getInputData().length;
	if (policy !== 'fail')
		await run.share(`names ${dataset} ${policy}`, async ({ api }) =>
			policy === 'skip' ? await names.listOrLookUp(api, dataset, files) : await names.list(api, dataset),
		);
	return names;
}

/** A file on its way into a dataset. */
export interface Upload {
	readonly dataset: string;
	readonly file: BinaryFile;
	/** Whether it is uploaded without its metadata. */
	readonly isStripped?: boolean;
	readonly policy: ChoiceOf<typeof ifExists>;
	/** As the user wants it. */
	readonly requestedName: string;
	/** As DataGym will show it. */
	readonly name: string;
}

/** Uploads the file, or does with a name that is taken what the user wants. */
export async function uploadFile(api: DataGymApi, wanted: Upload, names: KnownNames): Promise<Output> {
	const given = { ...wanted, file: await heldIfSmall(wanted.file) };
	await checkIsImage(given.file);
	// The server's check of names is not atomic: two uploads of one name at once would both succeed.
	return await names.alone(given.name, async () => {
		const existing = await names.existing(given.name);
		if (existing !== undefined) return onExisting(existing, given);
		const upload = given.isStripped === true ? { ...given, file: await fileWithoutMetadata(given.file) } : given;
		const { image, status } = await send(api, upload);
		names.add(image);
		return toOutput(image, upload, status);
	});
}

type Status = 'uploaded' | 'skipped';

async function send(
	api: DataGymApi,
	{ dataset, file, policy, name }: Upload,
): Promise<{ image: KnownImage; status: Status }> {
	const size = await file.size();
	const outcome = await api.images.upload(dataset, { name, size, open: file.open }).then(
		(image) => ({ image, status: 'uploaded' as const }),
		(error: unknown) => ({ error }),
	);
	if ('image' in outcome) return outcome;
	// Someone else has added the name since the list was read.
	if (policy !== 'skip' || !hasKey(outcome.error, 'ex_alreadyexists')) throw outcome.error;
	const [image] = await api.images.named(dataset, name);
	if (image === undefined) throw outcome.error;
	return { image, status: 'skipped' };
}

export function onExisting(image: KnownImage, upload: Omit<Upload, 'file'>): Output {
	if (upload.policy === 'skip') return toOutput(image, upload, 'skipped');
	throw new InputError(
		`The dataset already has an image named "${image.imageName}"`,
		'Set "If Name Exists" to "Skip" or "Rename", or use another name.',
	);
}

function toOutput(image: KnownImage, { dataset, requestedName }: Omit<Upload, 'file'>, status: Status): Output {
	const renamed = image.imageName !== requestedName;
	return { json: { ...imageRecord(image, dataset), status, ...(renamed ? { requestedName } : {}) } };
}

/** With several files in one item, what was uploaded before the error must not be forgotten. */
function describeRest(error: unknown, done: readonly Output[], files: readonly BinaryFile[]): never {
	if (done.length === 0) throw error;
	const ids = done.map(({ json }) => `${String(json.imageName)} (${String(json.imageId)})`).join(', ');
	throw new InputError(
		messageOf(error),
		`${done.length} of the ${files.length} files of the item were uploaded before the error: ${ids}. Set "If Name Exists" to "Skip" and run the node again to upload the rest.`,
	);
}
