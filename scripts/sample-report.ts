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
	const lines = images.map(({ imageName, status, labels }) => `  ${imageName.padEnd(width)}  ${status.padEnd(9)}  ${describeClasses(labels)}`);
	const total = images.reduce((sum, { labels }) => sum + labels.length, 0);
	return [`${images.length} images with ${total} labels came back from DataGym:`, ...lines.sort()].join('\n');
}

function describeClasses(labels: SavedImage['labels']): string {
	const counts = new Map<string, number>();
	for (const { className } of labels) counts.set(className, (counts.get(className) ?? 0) + 1);
	const parts = [...counts].map(([className, number]) => (number === 1 ? className : `${number} × ${className}`));
	return parts.join(', ') || 'no labels';
}
