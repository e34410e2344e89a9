export interface ClassColor {
	/** `#rrggbb`, and nothing else: it stands in the page's style sheet. */
	readonly ink: string;
	/** Black or white: what the ink is edged with, so that it is seen on any image. */
	readonly edge: '#000000' | '#ffffff';
}

type Rgb = readonly [red: number, green: number, blue: number];

/** Less than this in OKLab, and two lines in an image cannot be told apart. */
const LEAST_DISTANCE = 0.06;
/** Below this lightness in OKLab an edge is white. */
const DARK = 0.58;

/** Hues a golden angle apart, so that neighbors differ; each round of them lighter or darker. Those of masks (VOC) are too dark to draw with. */
const PALETTE: readonly Rgb[] = Array.from({ length: 96 }, (_, number) =>
	hueColor((205 + number * 137.508) % 360, [0.55, 0.72, 0.4][Math.floor(number / 8) % 3] ?? 0.55),
);

/**
 * A color for each class: its own in the label configuration if that is one (`#rgb` or `#rrggbb`) and no earlier class
 * has a similar one, else the next free one of a palette, from the class's number on. So colors stay the same as long as
 * the configuration does.
 */
export function classColors(wishes: ReadonlyArray<string | undefined>): ClassColor[] {
	const own = wishes.map((wish) => (wish === undefined ? undefined : parsed(wish)));
	const taken: Rgb[] = [];
	const isFree = (color: Rgb) => taken.every((other) => distance(color, other) >= LEAST_DISTANCE);
	const kept = own.map((color) => (color !== undefined && isFree(color) ? (taken.push(color), color) : undefined));
	return kept.map((color, number) => colorOf(color ?? fromPalette(number, isFree, taken)));
}

function fromPalette(number: number, isFree: (color: Rgb) => boolean, taken: Rgb[]): Rgb {
	const start = number % PALETTE.length;
	const color = [...PALETTE.slice(start), ...PALETTE.slice(0, start)].find(isFree) ?? PALETTE[start] ?? [128, 128, 128];
	taken.push(color);
	return color;
}

function parsed(color: string): Rgb | undefined {
	const digits = /^#(?:([0-9a-f]{3})|([0-9a-f]{6}))$/i.exec(color.trim());
	const hex = digits?.[2] ?? digits?.[1]?.replace(/./g, '$&$&');
	if (hex === undefined) return undefined;
	const value = parseInt(hex, 16);
	return [value >> 16, (value >> 8) & 255, value & 255];
}

/** HSL of 85 % saturation as RGB (CSS Color 4, section 7.1). */
function hueColor(hue: number, lightness: number): Rgb {
	const strength = 0.85 * Math.min(lightness, 1 - lightness);
	const channel = (offset: number) => {
		const part = (offset + hue / 30) % 12;
		return Math.round(255 * (lightness - strength * Math.max(-1, Math.min(part - 3, 9 - part, 1))));
	};
	return [channel(0), channel(8), channel(4)];
}

function colorOf(color: Rgb): ClassColor {
	const ink = `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
	return { ink, edge: okLab(color)[0] < DARK ? '#ffffff' : '#000000' };
}

function distance(a: Rgb, b: Rgb): number {
	const [lightA, greenA, blueA] = okLab(a);
	const [lightB, greenB, blueB] = okLab(b);
	return Math.hypot(lightA - lightB, greenA - greenB, blueA - blueB);
}

/** Björn Ottosson, "A perceptual color space for image processing" (2020); also CSS Color 4, section 18. */
function okLab(color: Rgb): [lightness: number, a: number, b: number] {
	const [red, green, blue] = color.map((channel) => {
		const part = channel / 255;
		return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	}) as [number, number, number];
	const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
	const middle = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
	const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
	return [
		0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
		1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short,
		0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short,
	];
}
