/** The door to the label model: everything that the nodes use. Files inside import each other, never this one. */
export {
	type ClassMapping,
	type ClassRules,
	datasetClasses,
	type DatasetClasses,
	readClassMapping,
} from './classes/datasetClasses';
export { classTypeOf } from './classes/labelClass';
export { checkLabelConfig } from './classes/labelConfig';
export { CLASSIFICATION_ENTRY_TYPES, GEOMETRY_ENTRY_TYPES, type LabelConfigEntry } from './classes/labelConfigEntry';
export { readServerLabelConfig } from './classes/serverLabelConfig';
export { type GrayPicture, readGrayBmp } from './codecs/grayBmp';
export { type ImageHeader, readImageHeader } from './codecs/imageHeader';
export { writeIndexedPng } from './codecs/indexedPng';
export { hasValues, readClassifications } from './datagym/classifications';
export { type ExportElement, ExportReader, readExport } from './datagym/export';
export { isGeometryKey, readGeometry } from './datagym/geometry';
export { readImportElement, writeImportElement } from './datagym/import';
export { JsonElements } from './datagym/jsonElements';
export { readTask, type TaskReading } from './datagym/task';
export { readVideoTask, type VideoTrack } from './datagym/videoTask';
export type { DatasetFile, DatasetWriting } from './dataset/datasetFile';
export { fileNamesOf, safeName, stemOf } from './dataset/fileNames';
export { DATASET_LAYOUTS, type DatasetFormat, isDatasetFormat, needsSizes } from './dataset/layouts';
export { type Conversion, ConversionReport, type ConversionReason } from './dataset/conversionReport';
export {
	countSplits,
	type Split,
	splitOf,
	SPLITS,
	type SplitShares,
	strataByClass,
	stratifiedSplits,
} from './dataset/splits';
export { eachObject } from './eachObject';
export { COCO_TRAINED_CATEGORIES } from './formats/cocoCategories';
export { type CocoCategory, cocoIndex, type CocoIndex, readCoco, readCocoResults } from './formats/cocoReader';
export { readCvat } from './formats/cvatReader';
export { readGoogleVision } from './formats/googleVision';
export { readHuggingFaceDetections } from './formats/huggingFaceDetections';
export { readLabelMe } from './formats/labelMeReader';
export { readLabelStudio } from './formats/labelStudioReader';
export { readPascalVoc } from './formats/pascalVocReader';
export { type BoxMeaning, type PlainBoxFields, readPlainBoxes } from './formats/plainBoxes';
export type { PredictedImage } from './formats/prediction';
export { readRekognition } from './formats/rekognition';
export { readRoboflow } from './formats/roboflow';
export { readUltralytics } from './formats/ultralytics';
export { readYolo } from './formats/yoloReader';
export { geometryFault } from './geometry/geometryFault';
export { storedImage } from './geometry/orientation';
export { boundingBox } from './geometry/shapes';
export {
	type Classifications,
	type Geometry,
	type GeometryType,
	isGeometryClass,
	isGeometryType,
	type LabelClass,
	type LabeledImage,
	type LabelObject,
} from './model';
export { checkPrediction, type ImageSize } from './prediction/checkPrediction';
export { withKnownAnswers } from './prediction/knownAnswers';
export { type PredictionPreparation, preparePrediction } from './prediction/preparePrediction';
export { LabelCounts } from './preview/counts';
export type { Picture } from './preview/figure';
export { previewPage, type ShownImage } from './preview/page';
export { previewClasses } from './preview/previewClasses';
export { Sample } from './preview/sample';
export type { LabelProblem, ProblemReason } from './problem';
export { isFiniteNumber, isList, isPositive, isRecord, ownValue, setOwn, shown } from './record';
