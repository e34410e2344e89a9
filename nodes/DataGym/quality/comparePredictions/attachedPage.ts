import type { IBinaryData } from 'n8n-workflow';
import { byteStreamOf } from '@datagym/client';
import { type ComparedPicture, comparisonPage, labelOf } from '@datagym/labels';
import { encoded } from '../../export/preview';
import { withPictures } from '../../export/preview/pictures';
import type { Run } from '../../runner/runContext';
import type { ProjectComparison } from './compareProject';
import { pageImages } from './fields';

/** CSS pixels. */
const IMAGE_WIDTH = 560;

/** The comparison as an HTML page, written while its images are fetched. */
export async function attachedPage(
	run: Run,
	comparison: ProjectComparison,
	notes: readonly string[],
): Promise<IBinaryData> {
	const { predictions, images, evaluation, classes } = comparison;
	const { projectId, first } = predictions;
	const projects = await run.share('projects', async ({ api }) => await api.projects.list());
	const title =
		projects.find((project) => project.projectId === projectId)?.name ?? (await run.api.projects.get(projectId)).name;
	const shown = images.slice(0, Math.floor(first.options.number(pageImages)));
	const page = comparisonPage(
		{
			title,
			evaluation,
			hasScores: comparison.hasScores,
			classes,
			shown: shown.length,
			notes,
			imageWidth: IMAGE_WIDTH,
		},
		pictured(run, projectId, shown),
	);
	const fileName = `${title.replace(/[^\p{L}\p{N}_-]+/gu, '_')}_predictions.html`;
	return await run.n8n.helpers.prepareBinaryData(byteStreamOf(encoded(page)), fileName, 'text/html');
}

async function* pictured(
	run: Run,
	projectId: string,
	shown: ProjectComparison['images'],
): AsyncGenerator<ComparedPicture> {
	const byId = new Map(shown.map((each) => [each.truth.imageId, each]));
	const truths = shown.map(({ truth }) => truth);
	for await (const { image, picture } of withPictures(run, projectId, truths, () => undefined)) {
		const compared = byId.get(image.imageId);
		if (compared === undefined) continue;
		yield {
			imageName: labelOf(image),
			result: compared.result,
			isPredicted: compared.predicted !== undefined,
			picture,
		};
	}
}
