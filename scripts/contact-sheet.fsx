// Sets the sheets of several runs one below the other in a single picture, such as the one in the README.
//   dotnet fsi scripts/contact-sheet.fsx docs/completed.png runs/digits-complete/completed.png runs/cifar-complete/completed.png
#load "Prelude.fsx"
open System
open GeneratingImages.Core
open GeneratingImages.Training
open Prelude

let target, sources =
    match fsi.CommandLineArgs |> List.ofArray |> List.tail with
    | target :: sources when not sources.IsEmpty -> target, sources
    | _ -> failwith "give the picture to write, then the sheets to set one below the other"

let sheets = [ for source in sources -> ImageFile.Read source ]
let width = sheets |> List.map (fun s -> s.Width) |> List.max
let height = sheets |> List.sumBy (fun s -> s.Height)
let pixels = Array.create (width * height * 3) 255uy
let mutable top = 0
for sheet in sheets do
    for y in 0 .. sheet.Height - 1 do
        for x in 0 .. sheet.Width - 1 do
            for c in 0 .. 2 do
                let from = (y * sheet.Width + x) * sheet.Channels + min c (sheet.Channels - 1)
                pixels[((top + y) * width + x) * 3 + c] <- sheet.Pixels[from]
    top <- top + sheet.Height

ImageFile.Write(target, Bitmap(Shape.Of(ReadOnlySpan [| height; width; 3 |]), pixels))
printfn $"{target}: {width} x {height}"
