import { conversionLines, ConversionReport } from '@datagym/labels/dataset/conversionReport';

/** Issue 18, "Hints: grouped, in lines". */

function lines(...found: ReadonlyArray<readonly [Parameters<ConversionReport['add']>[0], string | undefined, number]>) {
	const report = new ConversionReport();
	for (const [reason, className, count] of found) report.add(reason, 'a.jpg', className, count);
	return conversionLines(report.sorted());
}

test('are one a reason, with its classes, the most labels first', () => {
	expect(
		lines(
			['reduced-to-box', 'flower', 1],
			['reduced-to-box', 'bowl', 3],
			['score', undefined, 2],
			['geometry-type', 'eye', 1],
		),
	).toEqual([
		'1 label skipped, whose geometry the format lacks (eye). To keep them, choose CVAT or LabelMe.',
		'4 shapes converted to boxes (bowl, flower). To keep them, choose a segmentation format.',
		'2 scores skipped. To keep them, choose Label Studio.',
	]);
});

test('name five classes, and say how many more there are', () => {
	const classes = Array.from({ length: 8 }, (_, index) => ['clipped', `class ${index}`, 8 - index] as const);
	expect(lines(...classes)[0]).toMatch(
		/^36 labels clipped at the edge of the image \(class 0, class 1, class 2, class 3, class 4 and 3 more\)\. /,
	);
});

test('count a class of several images together', () => {
	const one = { reason: 'outside', className: 'car', count: 2, example: 'a.jpg', message: '' } as const;
	expect(conversionLines([one, { ...one, example: 'b.jpg' }])[0]).toMatch(
		/^4 labels outside the image skipped \(car\)\. /,
	);
});
