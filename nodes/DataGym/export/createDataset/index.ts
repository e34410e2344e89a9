import type { ItemOperation, Output } from '../../runner/operation';
import type { Run } from '../../runner/runContext';
import { withProjectKeys } from './classRules';
import { deliverArchive, deliverFiles } from './deliver';
import { fields, options } from './fields';
import { emptyMessage, showHints } from './hints';
import { readGroups } from './keepTogether';
import { readLooks } from './looks';
import { type DatasetParameters, readParameters } from './parameters';
import { classesOf, type Dataset, planDataset } from './plan';
import { readProjectLabels, withSizes } from './readDataset';
import { closingFiles, summaryOf, withReport } from './report';

export const createDataset: ItemOperation = {
	value: 'createDataset',
	name: 'Create Training Dataset',
	action: 'Create training dataset',
	description: 'Export the finished labels of a project for training',
	fields,
	options,
	async run(item, run) {
		const given = readParameters(item);
		const { projectId } = given;
		const projects = await run.share('projects', async ({ api }) => await api.projects.list());
		const name =
			projects.find((project) => project.projectId === projectId)?.name ?? (await run.api.projects.get(projectId)).name;
		const labels = await readProjectLabels(run, given);
		const parameters = withProjectKeys(given, labels);
		const classes = classesOf(parameters, labels);
		const sized = await withSizes(run, labels.images, parameters);
		const looks = await readLooks(run, parameters, sized.images);
		const groups = await readGroups(run, projectId, parameters.together, sized.images, looks?.groups);
		const dataset = planDataset(parameters, labels, classes, sized, groups, looks);
		const outputs = await deliver(run, parameters, dataset, name);
		showHints(run, parameters, dataset);
		return outputs;
	},
};

async function deliver(
	run: Run,
	parameters: DatasetParameters,
	dataset: Dataset,
	name: string,
): Promise<readonly Output[]> {
	if (dataset.images.length === 0)
		return [{ json: { ...summaryOf(parameters, dataset), message: emptyMessage(dataset) } }];
	return parameters.asArchive
		? await archive(run, parameters, dataset, name)
		: await separateFiles(run, parameters, dataset, name);
}

async function archive(
	run: Run,
	parameters: DatasetParameters,
	dataset: Dataset,
	name: string,
): Promise<readonly Output[]> {
	const fileName = `${`${name} ${parameters.format.key}`.replace(/[^\p{L}\p{N}_-]+/gu, '_')}.zip`;
	const binary = await deliverArchive(run, parameters, withReport(parameters, dataset, name), fileName);
	return [{ json: { fileName, ...summaryOf(parameters, dataset) }, binary: { [parameters.binaryField]: binary } }];
}

async function separateFiles(
	run: Run,
	parameters: DatasetParameters,
	dataset: Dataset,
	name: string,
): Promise<readonly Output[]> {
	const { binaryField } = parameters;
	const outputs = await deliverFiles(run, parameters, dataset.files, binaryField);
	const closing = [...(await deliverFiles(run, parameters, closingFiles(parameters, dataset, name), binaryField))];
	const report = closing.pop();
	return [...outputs, ...closing, { ...report, json: { ...report?.json, ...summaryOf(parameters, dataset) } }];
}
