// A model of your own is a list of layers: here the encoder has ELU and the decoder one transposed convolution fewer than the
// article's. Train it to finish images whose lower half is hidden, and look at what it makes of them.
//   dotnet fsi scripts/own-model.fsx --dataset digits --latent 32 --epochs 4
#load "Prelude.fsx"
open GeneratingImages.Core
open GeneratingImages.Training
open Prelude

let image = data.Train.Image
let height, width, channels = image[0], image[1], image[2]
let conv filters : Layer = Conv2D(filters, kernel = 3, activation = Activation.Elu)
let deconv filters : Layer = ConvTranspose2D(filters, kernel = 3, activation = Activation.Elu)

let encoder =
    Sequential("encoder", [ for filters in [ 16; 32; 64 ] do
                                conv filters
                                MaxPool2D 2
                            Flatten()
                            Dense(number "latent" "32") ])

let decoder =
    Sequential("decoder", [ Dense(int image.Count); Reshape image
                            deconv 32
                            deconv 16
                            ConvTranspose2D channels ])

let model = Autoencoder(encoder, decoder)
let objective = Reconstruction(model, ReconstructionTask.Complete, Adamax(LearningRate = 2e-3f))
printfn $"{SummaryTable.Format(image, model.Summarize image)}"

let session = train (Experiment(Name = "own model", Data = data, Objective = objective, Epochs = number "epochs" "4"))
let trained = reconstructor objective session
printfn $"test MSE {testError trained:F5}"

let shown = data.Test.Slice(0, 8)
let hiddenFrom = Occlusion.FirstHiddenRow height * width * channels
let completed = Bitmap.ManyFromFloats(image, trained.Run shown)
let paste fromRow (picture: Bitmap) (original: Bitmap) =
    Bitmap(image, Array.mapi (fun i p -> if i < hiddenFrom then original.Pixels[i] else fromRow p) picture.Pixels)
let originals = Bitmap.Many shown
ContactSheet.WriteRows(
    output "own-model.png", "An own model completes digits",
    [ SheetRow("occluded", Array.map2 (paste (fun _ -> 0uy)) completed originals)
      SheetRow("completed", Array.map2 (paste id) completed originals)
      SheetRow("original", originals) ])
printfn $"""picture: {output "own-model.png"}"""
