/** Pixels, or fractions (0 to 1), percentages (0 to 100) or thousandths (0 to 1000) of the image's width and height. */
export type CoordinateUnit = 'pixels' | 'fractions' | 'percentages' | 'thousandths';

/** The coordinate at the far edge of the image, in units that are relative to it. */
export const FAR_EDGE: Readonly<Record<CoordinateUnit, number>> = {
	pixels: 1,
	fractions: 1,
	percentages: 100,
	thousandths: 1000,
};
