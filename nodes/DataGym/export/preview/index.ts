import type { IDataObject } from 'n8n-workflow';
import { previewClasses, previewPage } from '@datagym/labels';
import { byteStreamOf } from '@datagym/client';
import type { ItemInput } from '../../runner/itemInput';
import type { ItemOperation } from '../../runner/operation';
import { LABELLED_STATES, taskStates } from '../../taskStates';
import { fields } from './fields';
import { withPictures } from './pictures';
import { imagesOfExport, imagesOfTasks, type ProjectImages, type Wanted } from './readImages';

interface BrokenImage extends IDataObject {
	readonly imageId: string;
	readonly imageName: string;
	readonly reason: string;
}

export const preview: ItemOperation = {
	value: 'preview',
	name: 'Preview',
	action: 'Preview the labels of a project',
	description: 'Draw the labels of a project over its images, on one HTML page with charts that opens in any browser',
	fields,
	async run(item, run) {
		const wanted = readWanted(item);
		const field = item.requiredText('binaryPropertyName', 'Put Output File in Field');
		const imageWidth = Math.min(4000, Math.max(120, Number(item.option('imageWidth') ?? 480) || 480));
		const projects = await run.share('projects', async () => await run.api.getProjects());
		const title =
			projects.find(({ projectId }) => projectId === wanted.projectId)?.name ??
			(await run.api.getProject(wanted.projectId)).name;
		const project =
			item.text('source') === 'tasks' ? await imagesOfTasks(run, wanted) : await imagesOfExport(run, wanted);
		const classes = previewClasses(project.classes, project.counts.byClass);
		const broken: BrokenImage[] = [];
		const pictures = withPictures(run, project.images, ({ imageId, imageName }, reason) =>
			broken.push({ imageId, imageName, reason }),
		);
		const page = previewPage(
			{ ...project, title, shown: project.images.length, choice: wanted.choice, classes, imageWidth },
			pictures,
		);
		const fileName = `${title.replace(/[^\p{L}\p{N}_-]+/gu, '_')}_preview.html`;
		const binary = await run.n8n.helpers.prepareBinaryData(byteStreamOf(encoded(page)), fileName, 'text/html');
		const notes = [
			...(broken.length > 0
				? [`${broken.length} of ${project.images.length} images cannot be shown; the page says why.`]
				: []),
			...(project.unread > 0
				? [`${project.unread} labels could not be read and are missing on the page; “Exact” coordinates may have them.`]
				: []),
		];
		if (notes.length > 0) run.n8n.addExecutionHints({ message: notes.join('\n'), location: 'outputPane' });
		return [
			{
				json: { fileName, projectId: wanted.projectId, ...report(project), brokenImages: broken },
				binary: { [field]: binary },
			},
		];
	},
};

function readWanted(item: ItemInput): Wanted {
	return {
		projectId: item.id('projectId', 'Project'),
		statuses: taskStates(item.optionList('status'), LABELLED_STATES).map((state) => state.toLowerCase()),
		choice: item.text('choice') === 'first' ? 'first' : 'random',
		most: Math.max(1, Math.floor(item.number('limit', 50))),
	};
}

/** The numbers of the charts. Labels are counted in all images, or with “Exact” coordinates in the shown ones. */
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
