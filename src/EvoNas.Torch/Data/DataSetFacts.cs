namespace EvoNas.Torch.Data;

/// <summary>What a training needs to know of a data set that is a folder of the user's before it reads it. Kept beside
/// the settings, so that networks can be built where the folder is not.</summary>
/// <param name="Layout">How the folder is laid out: <c>coco</c>, <c>voc</c>, <c>classes</c>, ….</param>
/// <param name="Classes">Of what is labelled; the ground counts where the masks or volumes label it.</param>
/// <param name="Channels">Of what goes into a network: 3 for pictures.</param>
/// <param name="Train">Samples of the training part; at least 1.</param>
/// <param name="Validation">Samples of a validation part; 0: there is none, and validation is held out of the training
/// part by seed.</param>
/// <param name="Test">Samples of the test part; at least 1.</param>
/// <param name="Fingerprint">Of the contents, 16 hexadecimal digits: nodes with other contents do not mix their
/// scores.</param>
public sealed record DataSetFacts(
    string Layout,
    int Classes,
    int Channels,
    int Train,
    int Validation,
    int Test,
    string Fingerprint
);
