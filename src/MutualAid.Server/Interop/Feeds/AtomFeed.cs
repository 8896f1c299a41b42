using System.Globalization;
using System.Text;
using System.Xml;
using MutualAid.Server.Areas;
using MutualAid.Server.Interop.Exports;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Feeds;

/// <summary>Needs as an Atom feed (RFC 4287) with GeoRSS points, latitude first.</summary>
/// <param name="site">The service's address as its reader knows it, without a slash at the end.</param>
/// <param name="host">Whose names these are (RFC 4151): the same by whichever address the feed is read.</param>
internal sealed class AtomFeed(string locale, string site, string host, IReadOnlyList<Category> categories)
{
    private const string Atom = "http://www.w3.org/2005/Atom";
    private const string GeoRss = "http://www.georss.org/georss";

    public byte[] Write(AreaAnswer area, IReadOnlyList<RequestRow> needs, DateTimeOffset now)
    {
        using var bytes = new MemoryStream();
        using (
            var xml = XmlWriter.Create(
                bytes,
                new XmlWriterSettings
                {
                    Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                    Indent = true,
                }
            )
        )
        {
            xml.WriteStartElement("feed", Atom);
            xml.WriteAttributeString("xmlns", "georss", null, GeoRss);
            xml.WriteAttributeString("xml", "lang", null, locale);
            Element(xml, "id", $"tag:{host},2026:areas/{area.Id}");
            Element(xml, "title", Texts.Of(locale, "feed.title", area.Name));
            if (area.Path.Length > 0)
                Element(xml, "subtitle", area.Path);
            // When what is listed was so: needs leave the list too, which no entry could tell.
            Element(xml, "updated", Time(now));
            xml.WriteStartElement("author", Atom);
            Element(xml, "name", "MutualAid");
            xml.WriteEndElement();
            Link(xml, "self", $"{site}/feeds/areas/{area.Id}.atom", "application/atom+xml");
            Link(xml, "alternate", area.Ward ? $"{site}/?ward={area.Id}" : $"{site}/", "text/html");
            foreach (var need in needs)
                Entry(xml, need);
            xml.WriteEndElement();
        }
        return bytes.ToArray();
    }

    private void Entry(XmlWriter xml, RequestRow need)
    {
        var category = Category.Of(categories, need.Category);
        xml.WriteStartElement("entry", Atom);
        Element(xml, "id", $"tag:{host},2026:requests/{need.Id}");
        Element(
            xml,
            "title",
            $"{category.Name(locale)}: {Say.Units(locale, category, need.Unmet)} · {need.AreaName}"
        );
        Element(xml, "published", Time(need.CreatedAt));
        Element(xml, "updated", Time(need.CreatedAt));
        Link(xml, "alternate", $"{site}/requests/{need.Id}", "text/html");
        xml.WriteStartElement("category", Atom);
        xml.WriteAttributeString("term", need.Category);
        xml.WriteAttributeString("label", category.Name(locale));
        xml.WriteEndElement();
        string urgency = Texts.Of(locale, $"urgency.{need.Urgency}");
        Element(
            xml,
            "summary",
            need.PublicNote is null ? urgency : $"{urgency}. {SafeText.Xml(need.PublicNote)}"
        );
        xml.WriteElementString(
            "georss",
            "point",
            GeoRss,
            string.Create(CultureInfo.InvariantCulture, $"{need.Lat} {need.Lon}")
        );
        xml.WriteEndElement();
    }

    private static void Link(XmlWriter xml, string relation, string address, string type)
    {
        xml.WriteStartElement("link", Atom);
        xml.WriteAttributeString("rel", relation);
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("href", address);
        xml.WriteEndElement();
    }

    private static void Element(XmlWriter xml, string name, string text) =>
        xml.WriteElementString(name, Atom, SafeText.Xml(text));

    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
