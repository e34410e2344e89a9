import fc from 'fast-check';
import { writeCvat } from '@datagym/labels/formats/cvat';
import { readCvat } from '@datagym/labels/formats/cvatReader';
import { writePascalVoc } from '@datagym/labels/formats/pascalVoc';
import { readPascalVoc } from '@datagym/labels/formats/pascalVocReader';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import type { Geometry, LabeledImage } from '@datagym/labels/model';
import { geometryPoints } from '@datagym/labels/geometry/shapes';
import { answers, FLEET_CLASSES, image, object, polygon, rectangle } from '../build';
import { CLASSES, datasetImages, KINDS } from './datasets';

const SIZE = { width: 200, height: 100 };
const wholeBoxes = fc
	.tuple(fc.nat(100), fc.nat(50), fc.integer({ min: 2, max: 90 }), fc.integer({ min: 2, max: 40 }))
	.map((numbers) => rectangle(...numbers));

describe('Pascal VOC', () => {
	/** VOC2007, 000001.xml, without its owner. */
	const OF_THE_CHALLENGE = `<annotation>
	<folder>VOC2007</folder>
	<filename>000001.jpg</filename>
	<source><database>The VOC2007 Database</database><annotation>PASCAL VOC2007</annotation><image>flickr</image><flickrid>341012865</flickrid></source>
	<size><width>353</width><height>500</height><depth>3</depth></size>
	<segmented>0</segmented>
	<object><name>dog</name><pose>Left</pose><truncated>1</truncated><difficult>0</difficult>
		<bndbox><xmin>48</xmin><ymin>240</ymin><xmax>195</xmax><ymax>371</ymax></bndbox></object>
	<object><name>person</name><pose>Left</pose><truncated>1</truncated><difficult>0</difficult>
		<bndbox><xmin>8</xmin><ymin>12</ymin><xmax>352</xmax><ymax>498</ymax></bndbox></object>
</annotation>`;

	test('of the challenge counts pixels from 1', () => {
		expect(readPascalVoc(OF_THE_CHALLENGE, 1)).toEqual({
			image: {
				imageId: '',
				imageName: '000001.jpg',
				width: 353,
				height: 500,
				objects: [object('dog', rectangle(47, 239, 148, 132)), object('person', rectangle(7, 11, 345, 487))],
				classifications: {},
			},
			problems: [],
		});
	});

	test('gives back whole boxes as it wrote them, whichever pixel is the first', () => {
		fc.assert(
			fc.property(fc.array(wholeBoxes), fc.constantFrom<0 | 1>(0, 1), (boxes, firstPixel) => {
				const labeled = image(
					boxes.map((box) => object('car', box)),
					SIZE,
				);
				const report = new ConversionReport();
				const read = readPascalVoc(writePascalVoc(labeled, { classes: CLASSES, report, firstPixel }) ?? '', firstPixel);
				expect(read).toEqual({ image: { ...labeled, imageId: '' }, problems: [] });
			}),
		);
	});

	test('may have parts, outlines, scores, paths and marks in names', () => {
		const xml = `<?xml version="1.0"?><annotation><filename>C:\\images\\a &amp; b.jpg</filename>
			<object><name>person</name><score>0.5</score><bndbox><xmin>1.5</xmin><ymin>2</ymin><xmax>10</xmax><ymax>20</ymax></bndbox>
				<part><name>head</name><bndbox><xmin>2</xmin><ymin>2</ymin><xmax>5</xmax><ymax>6</ymax></bndbox></part></object>
			<object><name>road</name><polygon><x1>0</x1><y1>1</y1><x2>9</x2><y2>1</y2><x3>9</x3><y3>7</y3></polygon><bndbox><xmin>0</xmin><ymin>1</ymin><xmax>9</xmax><ymax>7</ymax></bndbox></object></annotation>`;
		expect(readPascalVoc(xml)).toEqual({
			image: image(
				[
					object('person', rectangle(1.5, 2, 8.5, 18), {
						score: 0.5,
						children: [object('head', rectangle(2, 2, 3, 4))],
					}),
					object('road', polygon([0, 1], [9, 1], [9, 7])),
				],
				{ imageId: '', imageName: 'a & b.jpg' },
			),
			problems: [],
		});
	});

	test('has its faults told by their place', () => {
		const box = '<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>NaN</xmax><ymax>3</ymax></bndbox>';
		const { problems } = readPascalVoc(
			`<annotation><object><name>car</name>${box}</object><object><bndbox/></object></annotation>`,
		);
		expect(problems).toMatchObject([
			{
				path: 'object[0]',
				className: 'car',
				message:
					'The corners of this box are not valid ("1", "2", "NaN", "3"). Provide xmin, ymin, xmax and ymax as numbers.',
			},
			{ path: 'object[1]', message: 'This object has no name. Add one.' },
		]);
		expect(readPascalVoc('<annotations/>').problems[0]?.message).toContain('got <annotations>');
		expect(readPascalVoc(OF_THE_CHALLENGE.slice(0, 400)).problems[0]?.message).toMatch(
			/^The XML cannot be read: .* Provide the complete, unchanged file/,
		);
	});
});

describe('CVAT', () => {
	const read = (shapes: string, attributes = 'name="a.jpg" width="200" height="100"') =>
		readCvat(
			`<?xml version="1.0" encoding="utf-8"?>\n<annotations><version>1.1</version><meta/><image id="0" ${attributes}>${shapes}</image></annotations>`,
		);
	const geometriesIn = (shapes: string) => read(shapes).images[0]?.objects.map(({ geometry }) => geometry);

	test('of a task with shapes of each kind', () => {
		const shapes = `
    <box label="car" source="manual" occluded="0" xtl="10.00" ytl="20.50" xbr="40.00" ybr="60.50" z_order="0"><attribute name="color">red</attribute></box>
    <polygon label="road" source="manual" occluded="0" points="0.00,0.00;5.00,0.00;5.00,5.25" z_order="0"></polygon>
    <polyline label="lane" source="manual" occluded="1" points="1,2;3,4" z_order="0"></polyline>
    <points label="lamp" source="manual" occluded="0" points="7,8;9,10" z_order="0"></points>
    <ellipse label="car" source="manual" occluded="0" cx="20.00" cy="10.00" rx="5.00" ry="2.00" z_order="0"></ellipse>
    <tag label="scene" source="manual"><attribute name="weather">sun</attribute></tag>`;
		expect(read(shapes)).toEqual({
			images: [
				image(
					[
						object('car', rectangle(10, 20.5, 30, 40), { classifications: answers({ color: ['red'] }) }),
						object('road', polygon([0, 0], [5, 0], [5, 5.25])),
						object('lane', {
							type: 'line',
							points: [
								{ x: 1, y: 2 },
								{ x: 3, y: 4 },
							],
						}),
						object('lamp', { type: 'point', x: 7, y: 8 }),
						object('lamp', { type: 'point', x: 9, y: 10 }),
						object('car', rectangle(15, 8, 10, 4)),
					],
					{ imageId: '', imageName: 'a.jpg', ...SIZE, classifications: answers({ weather: ['sun'] }) },
				),
			],
			problems: [],
		});
	});

	test('turns boxes around their center', () => {
		const [turned] = geometriesIn('<box label="car" xtl="0" ytl="10" xbr="20" ybr="20" rotation="90.00"/>') ?? [];
		expect(turned && geometryPoints(turned).map(({ x, y }) => [Math.round(x), Math.round(y)])).toEqual([
			[15, 5],
			[15, 25],
			[5, 25],
			[5, 5],
		]);
	});

	test('gives masks back as it wrote them', () => {
		const corner: Geometry = {
			type: 'segmentation',
			regions: [
				[
					[
						{ x: 5, y: 5 },
						{ x: 8, y: 5 },
						{ x: 8, y: 6 },
						{ x: 6, y: 6 },
						{ x: 6, y: 7 },
						{ x: 5, y: 7 },
					],
				],
			],
		};
		const [mask] = geometriesIn('<mask label="sky" rle="0, 4, 2" left="5" top="5" width="3" height="2"/>') ?? [];
		expect(mask?.type).toBe('segmentation');
		const write = (geometry: Geometry) =>
			[
				...writeCvat([image([object('sky', geometry)], SIZE)], {
					classes: CLASSES,
					labelClasses: FLEET_CLASSES,
					report: new ConversionReport(),
				}),
			].join('');
		expect(mask && write(mask)).toBe(write(corner));
	});

	test('gives everything back that it can hold', () => {
		const { car, road, lamp, lane } = KINDS;
		fc.assert(
			fc.property(datasetImages({ kinds: [car, road, lamp, lane] }), (images) => {
				const { images: back, problems } = readCvat(
					[
						...writeCvat(images, { classes: CLASSES, labelClasses: FLEET_CLASSES, report: new ConversionReport() }),
					].join(''),
				);
				expect(problems).toEqual([]);
				expect(rounded(back)).toEqual(rounded(images.map((each) => ({ ...each, imageId: '' }))));
			}),
		);
	});

	test('has its faults told by their place', () => {
		const { images, problems } = read(
			'<box label="car" xtl="1" ytl="NaN" xbr="2" ybr="3"/><box label="car" xtl="1" ytl="2" xbr="3" ybr="4"/><polygon label="road" points="1,2;3"/><polygon label="road" points="1,2;3,4"/><cuboid label="car"/><box xtl="1"/><mask label="sky" rle="5" left="0" top="0" width="1000000" height="1000000"/>',
		);
		expect(images[0]?.objects).toHaveLength(1);
		expect(problems.map(({ path, message }) => `${path} ${message}`)).toEqual([
			'image[0].box[0] This box needs finite numbers as xtl, ytl, xbr and ybr. Draw it again.',
			'image[0].polygon[0] The points of this polygon must be pairs of finite numbers. Draw it again.',
			'image[0].polygon[1] A polygon needs at least 3 points, but has 2. Draw it again.',
			'image[0].cuboid[0] Shapes of type <cuboid> are not supported. Convert them to polygons.',
			'image[0].box[2] This shape has no label. Add one.',
			'image[0].mask[0] The run lengths do not match the size of the mask. Draw it again.',
		]);
	});

	test('of a video is refused', () => {
		expect(
			readCvat('<annotations><version>1.1</version><track id="0" label="car"/></annotations>').problems,
		).toMatchObject([{ reason: 'not-supported', path: '' }]);
	});
});

describe('XML', () => {
	test('cannot grow by entities, fetch files or exhaust the stack', () => {
		const bomb =
			'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><annotation><filename>&b;</filename></annotation>';
		const file =
			'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><annotation><filename>&f;</filename></annotation>';
		for (const text of [bomb, file, '<annotation>'.repeat(200_000), '', '{}']) {
			expect(readPascalVoc(text)).toMatchObject({
				image: { objects: [] },
				problems: [{ reason: 'unreadable', path: '' }],
			});
			expect(readCvat(text)).toMatchObject({ images: [], problems: [{ reason: 'unreadable', path: '' }] });
		}
	});

	test('of any kind never makes a reader crash', () => {
		const tag = fc.constantFrom(
			'annotation',
			'annotations',
			'image',
			'object',
			'name',
			'bndbox',
			'xmin',
			'polygon',
			'x1',
			'box',
			'mask',
			'points',
			'tag',
			'attribute',
			'size',
			'width',
		);
		const attribute = fc
			.tuple(
				fc.constantFrom('label', 'points', 'rle', 'width', 'height', 'left', 'name', 'xtl'),
				fc.constantFrom('', '1', '-1', '1e999', '1,2;3,4', 'x'),
			)
			.map(([name, value]) => `${name}="${value}"`);
		const { element } = fc.letrec<{ element: string }>((tie) => ({
			element: fc
				.tuple(
					tag,
					fc.uniqueArray(attribute, { maxLength: 3, selector: (text) => text.split('=')[0] }),
					fc.oneof(
						{ depthSize: 'medium' },
						fc.constantFrom('', '5', 'NaN'),
						fc.array(tie('element'), { maxLength: 4 }).map((inner) => inner.join('')),
					),
				)
				.map(([name, attributes, inner]) => `<${name} ${attributes.join(' ')}>${inner}</${name}>`),
		}));
		fc.assert(
			fc.property(element, fc.constantFrom('annotation', 'annotations'), (inner, root) => {
				const text = `<${root}>${inner}</${root}>`;
				expect(JSON.stringify(readPascalVoc(text).image)).not.toContain('null');
				expect(JSON.stringify(readCvat(text).images)).not.toContain('null');
			}),
			{ numRuns: 500 },
		);
	});
});

/** To a millionth, since two corners are not exact to the last bit. */
function rounded(images: readonly LabeledImage[]): unknown {
	return JSON.parse(JSON.stringify(images), (_, value) =>
		typeof value === 'number' ? Math.round(value * 1e5) / 1e5 + 0 : value,
	);
}
