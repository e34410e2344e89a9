import type { IDataObject } from 'n8n-workflow';
import { previewClasses, previewPage } from '@datagym/labels';
import { byteStreamOf } from '@datagym/client';
import type { ItemInput } from '../../itemInput';
import type { ItemOperation } from '../../operation';
import { LABELLED_STATES, taskStates } from '../../taskStates';
import { DEFAULT_WIDTH, fields, LARGEST_WIDTH, LEAST_WIDTH } from './fields';
import { withPictures } from './pictures';
import { imagesOfExport, imagesOfTasks, type PreviewParameters, type ProjectImages } from './readImages';

interface BrokenImage extends IDataObject {
	readonly imageId: string;
	readonly imageName: string;
	readonly reason: string;
}

export const preview: ItemOperation = {
	value: 'preview',
	name: 'Preview',
	action: 'Preview the labels of a project',
	description: 'Create an HTML page with charts and the images of a project with their labels',
	fields,
	async run(item, run) {
		const parameters = readParameters(item);
		const field = item.requiredText('binaryPropertyName', 'Put Output File in Field');
		const imageWidth = readImageWidth(item);
		const projects = await run.share('projects', async () => await run.api.getProjects());
		const title =
			projects.find(({ projectId }) => projectId === parameters.projectId)?.name ??
			(await run.api.getProject(parameters.projectId)).name;
		const project =
			item.text('source') === 'tasks' ? await imagesOfTasks(run, parameters) : await imagesOfExport(run, parameters);
		const classes = previewClasses(project.classes, project.counts.byClass);
		const broken: BrokenImage[] = [];
		const pictures = withPictures(run, project.images, ({ imageId, imageName }, reason) =>
			broken.push({ imageId, imageName, reason }),
		);
		const page = previewPage(
			{ ...project, title, shown: project.images.length, choice: parameters.choice, classes, imageWidth },
			pictures,
		);
		const fileName = `${title.replace(/[^\p{L}\p{N}_-]+/gu, '_')}_preview.html`;
		const binary = await run.n8n.helpers.prepareBinaryData(byteStreamOf(encoded(page)), fileName, 'text/html');
		const notes = [
			...(broken.length > 0
				? [`${broken.length} of ${project.images.length} images cannot be shown. See the page for the reasons.`]
				: []),
			...(project.unread > 0
				? [
						`${project.unread} labels could not be read and are not on the page. Set "Coordinates" to "Exact" to read them from the tasks.`,
					]
				: []),
		];
		if (notes.length > 0) run.n8n.addExecutionHints({ message: notes.join('\n'), location: 'outputPane' });
		return [
			{
				json: { fileName, projectId: parameters.projectId, ...report(project), brokenImages: broken },
				binary: { [field]: binary },
			},
		];
	},
};

function readParameters(item: ItemInput): PreviewParameters {
	return {
		projectId: item.id('projectId', 'Project'),
		statuses: taskStates(item.optionList('status'), LABELLED_STATES).map((state) => state.toLowerCase()),
		choice: item.text('choice') === 'first' ? 'first' : 'random',
		most: Math.max(1, Math.floor(item.number('limit', 50))),
	};
}

function readImageWidth(item: ItemInput): number {
	const width = Number(item.option('imageWidth') ?? DEFAULT_WIDTH) || DEFAULT_WIDTH;
	return Math.min(LARGEST_WIDTH, Math.max(LEAST_WIDTH, width));
}

/** The numbers of the charts. Labels are counted in all images, or with exact coordinates in the shown ones. */
function report({ images, total, counts, byStatus }: ProjectImages): IDataObject {
	return {
		imageCount: total,
		shownCount: images.length,
		labelCount: counts.labels,
		statuses: [...byStatus].map(([status, count]) => ({ status, count })),
		classes: [...counts.byClass].map(([className, count]) => ({ className, count })),
	};
}

const ENCODER = new TextEncoder();

async function* encoded(page: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
	for await (const piece of page) yield ENCODER.encode(piece);
}
