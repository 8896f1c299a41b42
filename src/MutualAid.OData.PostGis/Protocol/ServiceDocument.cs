using System.Text.Json;
using System.Xml;
using Microsoft.OData.Edm;
using Microsoft.OData.Edm.Csdl;
using Microsoft.OData.Edm.Vocabularies;
using MutualAid.OData.PostGis.Answer;
using MutualAid.OData.PostGis.Model;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary>What a service tells of itself: its sets, and its model.</summary>
internal static class ServiceDocument
{
    public static byte[] Sets(ServiceModel model, Uri root, MetadataLevel level)
    {
        using var buffer = new MemoryStream();
        using (var json = JsonAnswer.Writer(buffer))
        {
            json.WriteStartObject();
            if (level != MetadataLevel.None)
                json.WriteString("@odata.context", $"{root}$metadata");
            json.WriteStartArray("value");
            foreach (var view in model.Views)
            {
                json.WriteStartObject();
                json.WriteString("name", view.Set);
                json.WriteString("kind", "EntitySet");
                json.WriteString("url", view.Set);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    /// <summary>CSDL, as XML or JSON.</summary>
    /// <exception cref="InvalidOperationException">The model cannot be written: an error of whoever made it.</exception>
    public static byte[] Model(ServiceModel model, bool xml, bool version401)
    {
        using var buffer = new MemoryStream();
        bool written;
        IEnumerable<Microsoft.OData.Edm.Validation.EdmError> errors;
        if (xml)
        {
            using var writer = XmlWriter.Create(
                buffer,
                new XmlWriterSettings { Encoding = new System.Text.UTF8Encoding(false) }
            );
            written = CsdlWriter.TryWriteCsdl(
                version401 ? model.Edm : model.Edm40,
                writer,
                CsdlTarget.OData,
                out errors
            );
        }
        else
        {
            using var writer = JsonAnswer.Writer(buffer);
            written = CsdlWriter.TryWriteCsdl(model.Edm, writer, out errors);
            writer.Flush();
        }
        return written
            ? buffer.ToArray()
            : throw new InvalidOperationException(
                string.Join("; ", errors.Select(error => error.ErrorMessage))
            );
    }
}
