import type { IDataObject } from 'n8n-workflow';
import { findIssues, type Issue, previewClasses, previewPage, shownIssues } from '@datagym/labels';
import { byteStreamOf } from '@datagym/client';
import { showHint } from '@datagym/shared/hints';
import { finish } from '@datagym/shared/turns';
import type { ItemOperation, Output } from '../../runner/operation';
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
	description: 'Create an HTML page with charts and labeled images',
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
		const issues = parameters.findIssues ? await issuesIn(project) : undefined;
		const preview = {
			...project,
			title,
			choice: parameters.choice,
			classes: previewClasses(project.classes, project.counts.byClass),
			imageWidth: parameters.imageWidth,
			...(issues && { issues: shownIssues(issues) }),
		};
		const files = fileNames(title, Math.ceil(project.images.length / parameters.imagesPerPage));
		const outputs: Output[] = [];
		let brokenCount = 0;
		for (const [current, fileName] of files.entries()) {
			const broken: BrokenImage[] = [];
			const from = current * parameters.imagesPerPage;
			const pictures = withPictures(
				run,
				parameters.projectId,
				project.images.slice(from, from + parameters.imagesPerPage),
				parameters.imageFiles,
				({ imageId, imageName }, reason) => broken.push({ imageId, imageName, reason }),
			);
			const page = previewPage({ ...preview, pages: { current, files, size: parameters.imagesPerPage } }, pictures);
			const binary = await run.n8n.helpers.prepareBinaryData(byteStreamOf(encoded(page)), fileName, 'text/html');
			brokenCount += broken.length;
			outputs.push({
				json: {
					fileName,
					page: current + 1,
					pageCount: files.length,
					projectId: parameters.projectId,
					...report(project),
					...(issues && { issueCount: issues.length }),
					brokenImages: broken,
				},
				binary: { [parameters.binaryField]: binary },
			});
		}
		const notes = notesOn(project, brokenCount);
		showHint(run.n8n, notes);
		return outputs;
	},
};

/** Judged by the images to show. What a sample says of the whole project is left out. */
async function issuesIn({ images, classes, total }: ProjectImages): Promise<Issue[]> {
	const issues = await finish(findIssues(images, classes));
	return images.length === total ? issues : issues.filter(({ image }) => image !== undefined);
}

/** Of the pages, which link to each other by name; at least one. */
function fileNames(title: string, count: number): string[] {
	const name = `${title.replace(/[^\p{L}\p{N}_-]+/gu, '_')}_preview`;
	return [`${name}.html`, ...Array.from({ length: Math.max(0, count - 1) }, (_, index) => `${name}_${index + 2}.html`)];
}

function notesOn(project: ProjectImages, broken: number): string[] {
	return [
		...(broken > 0
			? [`Images that cannot be shown: ${broken} of ${project.images.length}. See the page for the reasons.`]
			: []),
		...(project.unread > 0
			? [
					`Labels that could not be read and are missing on the page: ${project.unread}. Try setting "Label Source" in the options to "Task Details".`,
				]
			: []),
	];
}

/** The numbers of the charts. Labels are counted in all images, or, from task details, in the shown ones. */
function report({ images, total, counts, byStatus }: ProjectImages): IDataObject {
	return {
		imageCount: total,
		shownCount: images.length,
		labelCount: counts.labels,
		tasksByStatus: Object.fromEntries([...byStatus].sort(([a], [b]) => (a < b ? -1 : 1))),
		classes: [...counts.byClass]
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([className, labelCount]) => ({ className, labelCount })),
	};
}

const ENCODER = new TextEncoder();

/** A page as the bytes of its file. */
export async function* encoded(page: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
	for await (const piece of page) yield ENCODER.encode(piece);
}
