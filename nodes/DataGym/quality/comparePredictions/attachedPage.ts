import type { IBinaryData } from 'n8n-workflow';
import { byteStreamOf } from '@datagym/client';
import { encoded } from '../../export/preview';
import { withPictures } from '../../export/preview/pictures';
import type { Run } from '../../runner/runContext';
import type { Comparison, Results } from './comparison';
import { pageImages } from './fields';

/** CSS pixels. */
const IMAGE_WIDTH = 560;

/** The comparison as an HTML page, written while its images are fetched. */
export async function attachedPage(
	run: Run,
	{ predictions }: Comparison,
	{ images, page }: Results,
	notes: readonly string[],
): Promise<IBinaryData> {
	const { projectId, first } = predictions;
	const projects = await run.share('projects', async ({ api }) => await api.projects.list());
	const title =
		projects.find((project) => project.projectId === projectId)?.name ?? (await run.api.projects.get(projectId)).name;
	const shown = images.slice(0, Math.floor(first.options.number(pageImages))).map(({ truth }) => truth);
	const about = { title, notes, shown: shown.length, imageWidth: IMAGE_WIDTH };
	const pieces = encoded(
		page(
			about,
			withPictures(run, projectId, shown, 'reduced', () => undefined),
		),
	);
	const fileName = `${title.replace(/[^\p{L}\p{N}_-]+/gu, '_')}_predictions.html`;
	return await run.n8n.helpers.prepareBinaryData(byteStreamOf(pieces), fileName, 'text/html');
}
