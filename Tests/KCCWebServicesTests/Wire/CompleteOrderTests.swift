import Foundation
import KCCWebServices
import SyncEngine
import TestSupport
import Testing

/// One order with everything that KCC requires and little else, from Shopify's record to both of its forms.
struct CompleteOrderTests {
    static let situation = Situation { situation in
        situation.channel.orderRefFormat = "SPY{0}"
        situation.sites = ["MAIN": 1]
        situation.order = .paid(1001, at: Date(timeIntervalSince1970: 1_751_288_709))
        situation.order.taxesIncluded = true
        situation.order.shippingAddress = nil
        situation.order.billingAddress = .of("Ada", "Fenn", "4 Mill Lane", "Ely", "CB7 4AA")
        situation.order.email = "ada@example.org"
        situation.order.lines[0].sku = "TEA-250"
        situation.order.lines[0].allocations = [DiscountAllocation(discount: 0, amount: .both("2"))]
        let price = MoneyBag.both("3.50")
        situation.order.shippingLines = [
            ShippingLine(id: nil, title: "", price: price, discountedPrice: price)
        ]
        situation.order.shippingLines[0].taxLines = [
            TaxLine(title: "VAT", ratePercent: Amount("20"), amount: .both("0.58"))
        ]
        situation.order.comes(to: "21.5")
        situation.order.transactions = [
            .of("SALE", "21.5") {
                $0.cardCompany = "Visa"
                $0.paymentID = "c9xT1"
            }
        ]
    }

    @Test func `as JSON`() throws {
        let text = String(decoding: JSONText.bytes(try Self.situation.map().salesOrder), as: UTF8.self)
        let expected = [
            #"{"Customer":{"CreateNew":"IfNoMatch","CompanyClass":{"Name":"Web"},"Currency":{"Code":"GBP"}},"#,
            #""InvoiceAddress":{"Line1":"4 Mill Lane","Town":"Ely","Postcode":"CB7 4AA","Country":{"Code":"GB"}},"#,
            #""InvoiceContact":{"Forename":"Ada","Surname":"Fenn","Email":"ada@example.org"},"#,
            #""Header":{"AssociatedRef":"SPY1001","OrderDate":"2025-06-30T14:05:09","Site":{"ID":"1"},"#,
            #""SalesSource":{"Name":"WEB"},"DiscountCodes":[],"DeliveryCharge":{"Gross":3.50},"#,
            #""DeliveryTaxAmount":0.58,"CalcMethod":2,"GrossTotal":21.50,"#,
            #""CustomData":"gid://shopify/Order/1001","Currency":{"Code":"GBP"}},"#,
            #""Items":[{"SKU":"TEA-250","Mapping":"StockCode","Quantity":2,"ExtendedDescription":[],"#,
            #""UnitPrice":{"Gross":10.00},"ValueDiscount":2.00,"#,
            #""ImportRef":"gid://shopify/LineItem/10010","WebItemRef":"10010"}],"#,
            #""Payments":[{"Amount":21.50,"Card":{"CardType":"Visa","IsPreauth":false,"AuthCode":"c9xT1","#,
            #""TransactionID":"71"}}]}"#,
        ]
        #expect(text == expected.joined())
    }

    @Test func `as XML`() throws {
        let bytes = XMLText.bytes(try Self.situation.map().salesOrder, root: "SalesOrder")
        let expected = [
            #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n",
            #"<SalesOrder><Customer><CreateNew>IfNoMatch</CreateNew><CompanyClass Name="Web">Web</CompanyClass>"#,
            #"<Currency Code="GBP"/></Customer><InvoiceAddress><Line1>4 Mill Lane</Line1><Town>Ely</Town>"#,
            #"<Postcode>CB7 4AA</Postcode><Country Code="GB"/></InvoiceAddress><InvoiceContact>"#,
            #"<Forename>Ada</Forename><Surname>Fenn</Surname><Email>ada@example.org</Email></InvoiceContact>"#,
            #"<Header><AssociatedRef>SPY1001</AssociatedRef><OrderDate>2025-06-30T14:05:09</OrderDate>"#,
            #"<Site ID="1"/><SalesSource Name="WEB">WEB</SalesSource><DiscountCodes/>"#,
            #"<DeliveryCharge><Gross>3.50</Gross></DeliveryCharge><DeliveryTaxAmount>0.58</DeliveryTaxAmount>"#,
            #"<CalcMethod>2</CalcMethod><GrossTotal>21.50</GrossTotal>"#,
            #"<CustomData>gid://shopify/Order/1001</CustomData><Currency Code="GBP"/></Header>"#,
            #"<Items><OrderItem><SKU>TEA-250</SKU><Mapping>StockCode</Mapping><Quantity>2</Quantity>"#,
            #"<ExtendedDescription/><UnitPrice><Gross>10.00</Gross></UnitPrice>"#,
            #"<ValueDiscount>2.00</ValueDiscount><ImportRef>gid://shopify/LineItem/10010</ImportRef>"#,
            #"<WebItemRef>10010</WebItemRef></OrderItem></Items><Payments><OrderPayment><Amount>21.50</Amount>"#,
            #"<Card><CardType>Visa</CardType><IsPreauth>false</IsPreauth><AuthCode>c9xT1</AuthCode>"#,
            #"<TransactionID>71</TransactionID></Card></OrderPayment></Payments></SalesOrder>"#,
        ]
        #expect(String(decoding: bytes, as: UTF8.self) == expected.joined())
    }
}
