import type { IDataObject } from 'n8n-workflow';
import { previewClasses, previewPage } from '@datagym/labels';
import { byteStreamOf } from '@datagym/client';
import type { ItemOperation } from '../../runner/operation';
import { fields, options, readParameters } from './parameters';
import { withPictures } from './pictures';
import { imagesOfExport, imagesOfTasks, type ProjectImages } from './readImages';

interface BrokenImage extends IDataObject {
	readonly imageId: string;
	readonly imageName: string;
	readonly reason: string;
}

export const preview: ItemOperation = {
	value: 'preview',
	name: 'Preview',
	action: 'Preview labels of project',
	description: 'Create an HTML page with charts and labeled images of a project',
	fields,
	options,
	async run(item, run) {
		const parameters = readParameters(item);
		const projects = await run.share('projects', async ({ api }) => await api.projects.list());
		const title =
			projects.find(({ projectId }) => projectId === parameters.projectId)?.name ??
			(await run.api.projects.get(parameters.projectId)).name;
		const project =
			parameters.source === 'tasks' ? await imagesOfTasks(run, parameters) : await imagesOfExport(run, parameters);
		const classes = previewClasses(project.classes, project.counts.byClass);
		const broken: BrokenImage[] = [];
		const pictures = withPictures(run, parameters.projectId, project.images, ({ imageId, imageName }, reason) =>
			broken.push({ imageId, imageName, reason }),
		);
		const page = previewPage(
			{
				...project,
				title,
				shown: project.images.length,
				choice: parameters.choice,
				classes,
				imageWidth: parameters.imageWidth,
			},
			pictures,
		);
		const fileName = `${title.replace(/[^\p{L}\p{N}_-]+/gu, '_')}_preview.html`;
		const binary = await run.n8n.helpers.prepareBinaryData(byteStreamOf(encoded(page)), fileName, 'text/html');
		const notes = [
			...(broken.length > 0
				? [`Images that cannot be shown: ${broken.length} of ${project.images.length}. See the page for the reasons.`]
				: []),
			...(project.unread > 0
				? [
						`Labels that could not be read and are missing on the page: ${project.unread}. Try setting "Label Source" to "Task Details".`,
					]
				: []),
		];
		if (notes.length > 0) run.n8n.addExecutionHints({ message: notes.join('\n'), location: 'outputPane' });
		return [
			{
				json: { fileName, projectId: parameters.projectId, ...report(project), brokenImages: broken },
				binary: { [parameters.binaryField]: binary },
			},
		];
	},
};

/** The numbers of the charts. Labels are counted in all images, or, from task details, in the shown ones. */
function report({ images, total, counts, byStatus }: ProjectImages): IDataObject {
	return {
		imageCount: total,
		shownCount: images.length,
		labelCount: counts.labels,
		statuses: Object.fromEntries([...byStatus].sort(([a], [b]) => (a < b ? -1 : 1))),
		classes: [...counts.byClass]
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([classKey, labelCount]) => ({ classKey, labelCount })),
	};
}

const ENCODER = new TextEncoder();

/** A page as the bytes of its file. */
export async function* encoded(page: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
	for await (const piece of page) yield ENCODER.encode(piece);
}
