/** The first bytes of values, as `CompactJson` says. */

export const TEXT = 0x40;
export const OBJECT = 0x60;
export const LIST = 0xa0;
export const SHORT_NUMBERS = TEXT << 8;
export const SHORT_SHAPES = LIST - OBJECT;
export const SHORT_LISTS = 0x10;
export const MOST_TEXTS = (OBJECT - TEXT) << 8;

export enum Kind {
	null = 0xb0,
	true,
	false,
	/** `undefined` */
	none,
	/** 32 bits. */
	whole,
	/** 64 bits. */
	decimal,
	/** Its code units are below 256. */
	narrowText,
	wideText,
	uuid,
	list,
	object,
	rareObject,
}
