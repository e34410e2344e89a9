import type { LabelClass, LabeledImage } from '@datagym/labels/model';
import type { Pages } from '@datagym/labels/preview/anchors';
import type { Picture } from '@datagym/labels/preview/figure';
import type { PreviewIssues } from '@datagym/labels/preview/issues';
import { previewPage, type Preview, type ShownImage } from '@datagym/labels/preview/page';
import { previewClasses } from '@datagym/labels/preview/previewClasses';
import { LabelCounts } from '@datagym/labels/preview/statistics';
import { FLEET_CLASSES } from '../build';

export const PHOTO = {
	kind: 'picture' as const,
	mimeType: 'image/jpeg' as const,
	base64: ['/9j/', 'AAAA'],
	width: 100,
	height: 80,
	orientation: 1,
} satisfies Picture;

export interface Scene {
	title?: string;
	classes?: readonly LabelClass[];
	pictures?: readonly Picture[];
	total?: number;
	choice?: Preview['choice'];
	pages?: Pages;
	issues?: PreviewIssues;
}

export function previewOf(
	images: readonly LabeledImage[],
	{ title = 'Fleet', classes = FLEET_CLASSES, total = images.length, choice = 'first', pages, issues }: Scene,
): Preview {
	const counts = new LabelCounts();
	for (const one of images) counts.add(one);
	return {
		title,
		total,
		images,
		choice,
		classes: previewClasses(classes, counts.byClass),
		counts,
		byStatus: counts.byStatus,
		imageWidth: 480,
		...(pages && { pages }),
		...(issues && { issues }),
	};
}

/** The whole text of a page; each image has a picture of 100 × 80 pixels, unless others are given. */
export async function pageOf(images: readonly LabeledImage[], scene: Scene = {}): Promise<string> {
	const pieces: string[] = [];
	const { current = 0, size = images.length } = scene.pages ?? {};
	const shown = async function* (): AsyncGenerator<ShownImage> {
		for (const [index, one] of images.slice(current * size, (current + 1) * size).entries())
			yield { image: one, picture: scene.pictures?.[index] ?? PHOTO };
	};
	for await (const piece of previewPage(previewOf(images, scene), shown())) pieces.push(piece);
	return pieces.join('');
}
