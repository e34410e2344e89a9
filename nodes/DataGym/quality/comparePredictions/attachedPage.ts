import type { IBinaryData } from 'n8n-workflow';
import { byteStreamOf } from '@datagym/client';
import { type ComparedPicture, labelOf } from '@datagym/labels';
import { encoded } from '../../export/preview';
import { withPictures } from '../../export/preview/pictures';
import type { Run } from '../../runner/runContext';
import type { Comparison, ImageResult, Results } from './comparison';
import { pageImages } from './fields';

/** CSS pixels. */
const IMAGE_WIDTH = 560;

/** The comparison as an HTML page, written while its images are fetched; undefined if there is no page of what was compared. */
export async function attachedPage(
	run: Run,
	{ predictions }: Comparison,
	{ images, page }: Results,
	notes: readonly string[],
): Promise<IBinaryData | undefined> {
	if (page === undefined) return undefined;
	const { projectId, first } = predictions;
	const projects = await run.share('projects', async ({ api }) => await api.projects.list());
	const title =
		projects.find((project) => project.projectId === projectId)?.name ?? (await run.api.projects.get(projectId)).name;
	const shown = images.slice(0, Math.floor(first.options.number(pageImages)));
	const about = { title, notes, shown: shown.length, imageWidth: IMAGE_WIDTH };
	const pieces = encoded(page(about, pictured(run, projectId, shown)));
	const fileName = `${title.replace(/[^\p{L}\p{N}_-]+/gu, '_')}_predictions.html`;
	return await run.n8n.helpers.prepareBinaryData(byteStreamOf(pieces), fileName, 'text/html');
}

async function* pictured(run: Run, projectId: string, images: readonly ImageResult[]): AsyncGenerator<ComparedPicture> {
	const byId = new Map(images.map((each) => [each.truth.imageId, each]));
	const truths = images.map(({ truth }) => truth);
	for await (const { image, picture } of withPictures(run, projectId, truths, 'reduced', () => undefined)) {
		const { shown: result, predicted } = byId.get(image.imageId) ?? {};
		if (result === undefined) continue;
		yield { imageName: labelOf(image), result, isPredicted: predicted !== undefined, picture };
	}
}
