import type { WorkflowRun } from '@datagym/test/support/n8n/engine';

/** An image as the sample workflow saves it: an item of Export: Get Labels. */
export interface SavedImage {
	imageName: string;
	status: string;
	labels: Array<{ className: string }>;
}

/** What a node marked as failed and went on, as the sample lets it: how many items, and the first one's reason. */
export function describeFailures(node: string, items: ReadonlyArray<{ json: { error?: unknown } }>): readonly string[] {
	const errors = items.flatMap(({ json }) => (typeof json.error === 'string' ? [json.error] : []));
	if (errors.length === 0) return [];
	return [`${node}${errors.length === 1 ? '' : `, ${errors.length} items, such as`}: ${errors[0]}`];
}

/** What the sample brought: a line for each image with its labels, and the sums. */
export function describeLabels(images: readonly SavedImage[]): string {
	const width = Math.max(...images.map(({ imageName }) => imageName.length), 0);
	const lines = images.map(
		({ imageName, status, labels }) => `  ${imageName.padEnd(width)}  ${status.padEnd(9)}  ${describeClasses(labels)}`,
	);
	const total = images.reduce((sum, { labels }) => sum + labels.length, 0);
	return [`${images.length} images with ${total} labels came back from DataGym:`, ...lines.sort()].join('\n');
}

function describeClasses(labels: SavedImage['labels']): string {
	const counts = new Map<string, number>();
	for (const { className } of labels) counts.set(className, (counts.get(className) ?? 0) + 1);
	const parts = [...counts].map(([className, number]) => (number === 1 ? className : `${number} × ${className}`));
	return parts.join(', ') || 'no labels';
}

/** What the second sample wrote for a training, and what came in from models. */
export function describeTraining(run: Pick<WorkflowRun, 'itemsOf'>): string {
	const written = ['Make YOLO archive', 'Make COCO file'].map((node) => {
		const report = run.itemsOf(node).at(-1)?.json ?? {};
		return `  ${node}: ${String(report.imageCount ?? 0)} images with ${String(report.labelCount ?? 0)} labels of ${Array.isArray(report.classes) ? report.classes.length : 0} classes`;
	});
	const imported = ['Import COCO results', 'Import detections'].map((node) => {
		const items = run.itemsOf(node).filter(({ json }) => json.status === 'imported');
		const labels = items.reduce((sum, { json }) => sum + Number(json.labelCount ?? 0), 0);
		const dropped = items.reduce((sum, { json }) => sum + Number(json.skippedCount ?? 0), 0);
		return `  ${node}: ${labels} labels for ${items.length} images, ${dropped} left out for their low score`;
	});
	return ['For a training, and back from models:', ...written, ...imported].join('\n');
}
