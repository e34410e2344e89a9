import { finish } from '@datagym/shared/turns';
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
		const sized = await withSizes(run, labels, parameters);
		const looks = await readLooks(run, parameters, sized);
		const groups = await readGroups(run, projectId, parameters.together, sized.images, looks?.groups);
		const dataset = await finish(planDataset(parameters, labels, classes, sized, groups, looks));
		const outputs = await deliver(run, parameters, dataset, name);
		await finish(showHints(run, parameters, dataset));
		return outputs;
	},
};

async function deliver(
	run: Run,
	parameters: DatasetParameters,
	dataset: Dataset,
	name: string,
): Promise<readonly Output[]> {
	if (dataset.images.length === 0) return await nothing(parameters, dataset);
	const outputs = parameters.asArchive
		? await archive(run, parameters, dataset, name)
		: await separateFiles(run, parameters, dataset, name);
	// All images may turn out to be none when their files are written.
	return dataset.images.length === 0 ? await nothing(parameters, dataset) : outputs;
}

async function nothing(parameters: DatasetParameters, dataset: Dataset): Promise<readonly Output[]> {
	return [{ json: { ...(await finish(summaryOf(parameters, dataset))), message: emptyMessage(dataset) } }];
}

async function archive(
	run: Run,
	parameters: DatasetParameters,
	dataset: Dataset,
	name: string,
): Promise<readonly Output[]> {
	const fileName = `${`${name} ${parameters.format.key}`.replace(/[^\p{L}\p{N}_-]+/gu, '_')}.zip`;
	const source = { ...parameters, later: dataset.later };
	const binary = await deliverArchive(run, source, withReport(parameters, dataset, name), fileName);
	const summary = await finish(summaryOf(parameters, dataset));
	return [{ json: { fileName, ...summary }, binary: { [parameters.binaryField]: binary } }];
}

async function separateFiles(
	run: Run,
	parameters: DatasetParameters,
	dataset: Dataset,
	name: string,
): Promise<readonly Output[]> {
	const { binaryField } = parameters;
	const source = { ...parameters, later: dataset.later };
	const outputs = await deliverFiles(run, source, dataset.files, binaryField);
	const closing = [...(await deliverFiles(run, source, closingFiles(parameters, dataset, name), binaryField))];
	const report = closing.pop();
	return [
		...outputs,
		...closing,
		{ ...report, json: { ...report?.json, ...(await finish(summaryOf(parameters, dataset))) } },
	];
}
