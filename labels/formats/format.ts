import type { ConversionReason } from '../dataset/conversionReport';
import type { DatasetWriting, FileSteps } from '../dataset/datasetFile';
import type { Split } from '../dataset/splits';
import type { CoordinateUnit } from '../geometry/coordinateUnit';
import type { GeometryType, ImageSize, LabelClass, LabeledImage } from '../model';
import type { LabelProblem } from '../parsing/problem';
import type { Steps } from '../steps/steps';
import type { ImageList } from '../store/imageList';
import type { CocoReferences } from './cocoReader';
import type { PredictedImage } from './shared/predictions';

/**
 * A format of labels, as one value: all that the nodes, their fields, the documentation and the tests know of it. It
 * reads labels (Prediction: Import), writes datasets (Export: Create Training Dataset), or both.
 */
export type Format = ReadableFormat | WritableFormat;

interface FormatName {
	/** The value that workflows save. It is never renamed. */
	readonly key: string;
	/** The name in drop-down lists, in Title Case. */
	readonly name: string;
}

export interface ReadableFormat extends FormatName {
	readonly reads: Reads;
	readonly writes?: Writes;
}

export interface WritableFormat extends FormatName {
	readonly reads?: Reads;
	readonly writes: Writes;
}

/** A format that is read and written. */
export type RoundTripFormat = ReadableFormat & WritableFormat;

/**
 * What the readers of a format do with the EXIF orientation of the photographs: all of them apply it, or only some do and
 * others show the pixels as stored, or it does not matter since the format has no coordinates. docs/formats.md has them one by one.
 */
type OrientationReading = 'applied' | 'mixed' | 'none';

/** How a format is read. What `read` gets besides the input are the parameters that it names. */
export type Reads<Name extends ReadingParameter = ReadingParameter> =
	| JsonReads<Name>
	| TextReads<Name>
	| BytesReads<Name>;

interface ReadsBase<Name extends ReadingParameter> {
	/** What to choose the format for, in at most 95 characters. */
	readonly description: string;
	/**
	 * Whether the labels are imported exactly as they are, and one that cannot be read refuses its image: people write these.
	 * The output of a model is prepared instead, and loses only the labels that cannot be read.
	 */
	readonly isStrict: boolean;
	/** With `image`, the input is about the one image that the user names. Otherwise the input names its images itself. */
	readonly parameters: readonly Name[];
	/** Whether the format recognizes inputs of any kind, so that it only counts where no other format does. */
	readonly isGeneric?: boolean;
	/** Whether the folder of an image tells its labels, so that its file is an input by its path. */
	readonly readsPaths?: boolean;
	/** The unit of the coordinates in the input, pixels if it is missing. */
	readonly unit?: (parameters: Pick<ReadingParameters, Name>) => CoordinateUnit;
	/**
	 * Whether an input is of this format, by its shape alone. None for another one; one reading, with the parameters that the input
	 * itself tells; several, if it can be read in more than one way. Looks at some labels only, takes anything and never throws.
	 */
	readonly recognizes: (input: unknown, hints: AnswerHints) => readonly KnownParameters<Name>[];
}

/** What is known of an answer besides the input that is taken out of it. */
export interface AnswerHints {
	/** Of its image, where it is known. */
	readonly size: ImageSize | undefined;
	readonly isOfLanguageModel: boolean;
}

/** What an input tells of the parameters of its format. */
export type KnownParameters<Name extends ReadingParameter = ReadingParameter> = Partial<Pick<ReadingParameters, Name>>;

interface JsonReads<Name extends ReadingParameter = ReadingParameter> extends ReadsBase<Name> {
	readonly input: 'json';
	/** Takes any value and never throws. */
	readonly read: (value: unknown, parameters: Pick<ReadingParameters, Name>) => FormatReading;
	/** The same in steps, where an input can have a million labels. */
	readonly readInSteps?: (value: unknown) => Steps<FormatReading>;
}

interface TextReads<Name extends ReadingParameter = ReadingParameter> extends ReadsBase<Name> {
	readonly input: 'text';
	/** Takes any text and never throws. */
	readonly read: (text: string, parameters: Pick<ReadingParameters, Name>) => FormatReading;
}

interface BytesReads<Name extends ReadingParameter = ReadingParameter> extends ReadsBase<Name> {
	readonly input: 'bytes';
	/** Takes any bytes and never throws. */
	readonly read: (bytes: Uint8Array, parameters: Pick<ReadingParameters, Name>) => FormatReading;
}

/** The kind of input that a value is: a text, the bytes of a file that is no text, or parsed JSON. */
export function inputKind(input: unknown): Reads['input'] {
	if (typeof input === 'string') return 'text';
	return input instanceof Uint8Array ? 'bytes' : 'json';
}

/** Reads an input of any kind; takes anything and never throws. */
export function readInput(reads: Reads, input: unknown, parameters: ReadingParameters): FormatReading {
	if (reads.input === 'json') return reads.read(input, parameters);
	if (reads.input === 'text') return reads.read(String(input), parameters);
	return reads.read(input instanceof Uint8Array ? input : new Uint8Array(), parameters);
}

/** As `readInput`, in steps. */
export function* readInSteps(reads: Reads, input: unknown, parameters: ReadingParameters): Steps<FormatReading> {
	if (reads.input === 'json' && reads.readInSteps !== undefined) return yield* reads.readInSteps(input);
	return readInput(reads, input, parameters);
}

/** What a format can ask for when it is read. The nodes have a field for each that is not known otherwise. */
export interface ReadingParameters {
	/** The image that the input is about, with the size that the model saw. */
	readonly image: PredictedImage;
	/** Class names by class ID. */
	readonly classNames: readonly string[];
	/** Keys of the point classes in the order of the model's keypoints, which have no names; empty if they are not given. */
	readonly keypoints: readonly string[];
	readonly cocoReferences: CocoReferences;
	/** The number of the first pixel. */
	readonly firstPixel: 0 | 1;
	/** Whether coordinates are fractions of the image, where the input does not say. */
	readonly isNormalized: boolean;
	/** The project's classes, if the user lets labels be checked against them. */
	readonly labelClasses: readonly LabelClass[] | undefined;
	readonly plainBoxFields: PlainBoxFields;
}

export type ReadingParameter = keyof ReadingParameters;

/** Where the values of a box are in a record or list of any keys. A path is a key, or several with dots: `box.0`, `geometry.box`. */
export interface PlainBoxFields {
	readonly meaning: BoxMeaning;
	/** Paths of the four numbers in the order of the meaning, or of the one list of four; empty for an element that is that list. */
	readonly box: readonly [string, string, string, string] | readonly [string];
	/** Empty if boxes have no class: they are of the class `object`. */
	readonly className: string;
	readonly score?: string;
	/** Pixels if it is missing. */
	readonly unit?: CoordinateUnit;
}

/**
 * What the four numbers of a box are: top left corner and size, two opposite corners, or center and size; x before y, or, as
 * TensorFlow and Gemini write them, y before x (and height before width).
 */
export type BoxMeaning =
	| 'corner-size'
	| 'corners'
	| 'center-size'
	| 'corner-size-y-first'
	| 'corners-y-first'
	| 'center-size-y-first';

/** The labels that an input holds. */
export interface FormatReading {
	readonly images: readonly ReadImage[];
	/** What could not be read. */
	readonly problems: readonly LabelProblem[];
}

/** The labels of one image as a format gives them, before the image is looked for in DataGym. */
export interface ReadImage {
	/** With the format's own size, if it has one. */
	readonly image: LabeledImage;
	/** What is wrong with this image's labels; an error refuses them. */
	readonly problems: readonly LabelProblem[];
}

/** How a format is written. */
export interface Writes<Name extends WritingParameter = WritingParameter> {
	/** What to choose the format for, in at most 95 characters. */
	readonly description: string;
	readonly orientation: OrientationReading;
	/** Whether its labels need the image size, which is read from the image file. */
	readonly needsSizes: boolean;
	/** Whether the dataset is nothing without the image files, so that they are always included. */
	readonly alwaysIncludesImages: boolean;
	/** Whether it writes crops of the images, which are cut as people see them: no tiles can be cut, and frames are `displayed`. */
	readonly cutsImages?: boolean;
	/** Whether its files hold several images each, so that a change of one reads the others again. */
	readonly packsImages?: boolean;
	/** The key of the format that reads its files, if that is another one. */
	readonly readAs?: string;
	/** The types of the geometries whose classes the dataset has; all of them if it is missing. */
	readonly classTypes?: readonly GeometryType[];
	/** A file name without its extension as the format's readers accept it; as it is by default. */
	readonly fileStem?: (stem: string) => string;
	/** Splits without which the format's readers refuse the dataset. */
	readonly neededSplits?: readonly Split[];
	/**
	 * The files of a split, as a pattern of `datasets` with `*` and `**`, if `load_dataset` reads the format: for the dataset's card.
	 */
	readonly dataFiles?: (split: Split) => string;
	/** The largest number of classes, if there is one. */
	readonly maxClasses?: number;
	/** All reasons for which labels can be skipped or converted when this format is written. */
	readonly conversions: readonly ConversionReason[];
	readonly parameters: readonly Name[];
	/**
	 * The files of a dataset, one by one; their texts are made while they are read. Sizes and coordinates of the images are
	 * those that the dataset shall have: do not turn them.
	 * Labels that are skipped or converted are counted in `writing.report`.
	 *
	 * An image may get its size when its own file is written, or turn out to be none. So the files of all images come before what is
	 * about their sizes, and `images` is gone through anew for that.
	 */
	readonly files: (images: ImageList, writing: DatasetWriting & Pick<WritingParameters, Name>) => FileSteps;
}

/** What a format can ask for when it is written. */
export interface WritingParameters {
	/** The classification of the whole image that gives its class. */
	readonly classificationKey: string;
	/** Keys of the point classes nested in boxes, in the order of the keypoints. */
	readonly keypoints: readonly string[];
	/** Around a crop, as a share of the longer side of its box. */
	readonly cropMargin?: number;
	/** In pixels: boxes whose shorter side is shorter are not cropped. */
	readonly minimumCropSize?: number;
	/** The classification of the whole image that gives it a class beside its labels; none if it is empty or missing. */
	readonly labelKey?: string;
	/** How many images a file that holds images gets when it is made; 1,000 if it is missing. */
	readonly imagesPerShard?: number;
}

export type WritingParameter = keyof WritingParameters;

/** Describes how a format is read, so that `read` gets exactly the parameters that are named. */
export function reading<Name extends ReadingParameter = never>(reads: Reads<Name>): Reads {
	return reads;
}

/** Describes how a format is written, so that `files` gets exactly the parameters that are named. */
export function writing<Name extends WritingParameter = never>(writes: Writes<Name>): Writes {
	return writes;
}

/** The reading of an input about one image. */
export function oneImage({ image, problems }: ReadImage): FormatReading {
	return { images: [{ image, problems: [] }], problems };
}

/** The reading of an input that names its images. */
export function severalImages({
	images,
	problems,
}: {
	readonly images: readonly LabeledImage[];
	readonly problems: readonly LabelProblem[];
}): FormatReading {
	return { images: images.map((image) => ({ image, problems: [] })), problems };
}
